namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>Where the randomness of a decision came from, by the names that the Collector's metrics use.</summary>
internal enum SamplingPolicy
{
    MissingRandomness,
    TraceIdHash,
    TraceIdW3c,
    SamplingRandomness,
    SamplingPriority,
    AttributeHash,
}
