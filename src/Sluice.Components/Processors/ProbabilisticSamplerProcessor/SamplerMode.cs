namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>Where randomness comes from, and what an earlier sampler's threshold means.</summary>
public enum SamplerMode
{
    /// <summary>A hash of the trace id or of an attribute decides. Records that carry sampling information already do not fit it.</summary>
    HashSeed,

    /// <summary>The trace id or the explicit randomness decides; the percentage is taken of what arrives.</summary>
    Proportional,

    /// <summary>As proportional, but the percentage is taken of what there was before any sampling.</summary>
    Equalizing,
}
