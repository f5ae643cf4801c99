using Sluice.Telemetry.Sampling;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>What becomes of one record.</summary>
internal readonly record struct SamplingDecision
{
    /// <summary>The record goes on.</summary>
    public bool IsKept { get; init; }

    /// <summary>The record is to carry <see cref="Threshold"/>. Not when it carries a greater one, or something that must be left alone.</summary>
    public bool SetsThreshold { get; init; }

    /// <summary>The threshold it was held against.</summary>
    public RejectionThreshold Threshold { get; init; }

    /// <summary>Randomness that the record is to carry from now on; null when it has its own, or its trace id tells it.</summary>
    public ulong? AddedRandomness { get; init; }

    /// <summary>Where the randomness came from.</summary>
    public SamplingPolicy Policy { get; init; }

    /// <summary>What kept it from deciding.</summary>
    public SamplingFault Fault { get; init; }
}
