namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>How texts are compared.</summary>
public enum MatchType
{
    /// <summary>Byte for byte.</summary>
    Strict,

    /// <summary>A regular expression (RE2) matches some part of the text.</summary>
    Regexp,
}
