using Sluice.Configuration;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>What of a log record is hashed.</summary>
public enum RandomnessSource
{
    /// <summary>The trace id; without one the attribute.</summary>
    [OptionValue("traceID")]
    TraceId,

    /// <summary>The attribute alone.</summary>
    Record,
}
