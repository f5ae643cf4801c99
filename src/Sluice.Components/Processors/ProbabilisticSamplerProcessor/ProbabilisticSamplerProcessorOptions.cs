using Sluice.Configuration;
using Sluice.Telemetry.Sampling;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>Options of the <c>probabilistic_sampler</c> processor: the Collector's keys and defaults.</summary>
public sealed record ProbabilisticSamplerProcessorOptions : IValidatableOptions
{
    /// <summary>Percentage of records that are kept.</summary>
    [Option("Percentage of records that are kept: 0 keeps none, 100 and above all. Read with the precision of 32 bits, as the Collector does.", Unit = "%", Min = 0)]
    public double SamplingPercentage { get; init; }

    /// <summary>How it decides.</summary>
    [Option("How it decides: hash_seed hashes the trace id or an attribute; proportional and equalizing compare the randomness of the trace id with a threshold, as OpenTelemetry specifies.")]
    public SamplerMode Mode { get; init; }

    /// <summary>Goes into the hash.</summary>
    [Option("With mode hash_seed: goes into the hash. The same in all instances of one tier, different between tiers.", Min = 0, Max = uint.MaxValue)]
    public long HashSeed { get; init; }

    /// <summary>Significant digits of thresholds.</summary>
    [Option("Significant hexadecimal digits of the thresholds that proportional and equalizing compute.", Unit = "digits", Min = 1, Max = RejectionThreshold.MaxDigits)]
    public int SamplingPrecision { get; init; } = 4;

    /// <summary>Whether records about which it cannot be decided are dropped.</summary>
    [Option("Whether records about which it cannot be decided are dropped; otherwise they are kept.")]
    public bool FailClosed { get; init; } = true;

    /// <summary>What of a log record is hashed.</summary>
    [Option("With mode hash_seed, for log records: what is hashed. The trace id, or without one from_attribute; with record always from_attribute.")]
    public RandomnessSource AttributeSource { get; init; }

    /// <summary>The attribute that is hashed.</summary>
    [Option("With mode hash_seed, for log records: the attribute of the record that is hashed.")]
    public string FromAttribute { get; init; } = "";

    /// <summary>The attribute that holds a log record's own percentage.</summary>
    [Option("For log records: the attribute whose number, above 0 and at most 100, is taken instead of the percentage. Spans have theirs in sampling.priority.")]
    public string SamplingPriority { get; init; } = "";

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (SamplingPercentage > 0 && (float)SamplingPercentage / 100.0 < RejectionThreshold.MinProbability)
        {
            context.Error("sampling_percentage", "it is smaller than any threshold can express", "give 0, or at least 1.4e-15");
        }

        if (Mode == SamplerMode.HashSeed && AttributeSource == RandomnessSource.Record && FromAttribute.Length == 0)
        {
            context.Error(
                "attribute_source",
                "record says that an attribute is hashed, and no attribute is named",
                "name it with from_attribute, or leave attribute_source out to hash the trace id");
        }
    }
}
