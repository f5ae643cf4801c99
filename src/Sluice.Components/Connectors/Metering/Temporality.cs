using Sluice.Configuration;

namespace Sluice.Components.Connectors.Metering;

/// <summary>Since when values count.</summary>
public enum Temporality
{
    /// <summary>Since the start of their series.</summary>
    [OptionValue("AGGREGATION_TEMPORALITY_CUMULATIVE")]
    Cumulative,

    /// <summary>Since they were given out last.</summary>
    [OptionValue("AGGREGATION_TEMPORALITY_DELTA")]
    Delta,
}
