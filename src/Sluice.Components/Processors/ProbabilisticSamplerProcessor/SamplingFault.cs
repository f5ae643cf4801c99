namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>Why it could not be decided about a record.</summary>
internal enum SamplingFault
{
    None,

    /// <summary>No trace id, no explicit randomness, and nothing to hash.</summary>
    MissingRandomness,

    /// <summary>The trace state or an attribute that holds sampling information is not of its syntax.</summary>
    UnreadableState,

    /// <summary>Mode hash_seed met explicit randomness.</summary>
    RandomnessInUse,

    /// <summary>Mode hash_seed met a threshold.</summary>
    ThresholdInUse,

    /// <summary>By its own threshold the record would not be here.</summary>
    InconsistentThreshold,
}
