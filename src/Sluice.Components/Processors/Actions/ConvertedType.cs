using Sluice.Configuration;

namespace Sluice.Components.Processors.Actions;

/// <summary>What a value can be converted to.</summary>
public enum ConvertedType
{
    /// <summary>Text.</summary>
    [OptionValue("string")]
    Text,

    /// <summary>A 64-bit integer.</summary>
    [OptionValue("int")]
    Integer,

    /// <summary>A double.</summary>
    [OptionValue("double")]
    Number,

    /// <summary>True or false; an addition to the Collector's three.</summary>
    [OptionValue("bool")]
    Boolean,
}
