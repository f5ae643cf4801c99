namespace Sluice.Configuration;

/// <summary>Where a key or value was written.</summary>
/// <param name="Source">The file name as it was given, or <c>--set</c>.</param>
/// <param name="Line">1-based; for <c>--set</c> the ordinal of the argument.</param>
/// <param name="Column">1-based, in UTF-16 code units.</param>
public readonly record struct SourcePosition(string Source, int Line, int Column)
{
    /// <summary>The source of values given on the command line.</summary>
    public const string SetSource = "--set";

    /// <inheritdoc/>
    public override string ToString() => $"{Source}:{Line}:{Column}";
}
