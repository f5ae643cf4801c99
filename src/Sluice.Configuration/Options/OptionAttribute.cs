namespace Sluice.Configuration;

/// <summary>
/// Declares a property of an options record as a configuration key. The type says how it is written, the initializer is the default,
/// and this declaration feeds binding, suggestions, the JSON Schema and the reference alike.
/// </summary>
/// <param name="doc">What it does, in a sentence or two for the reference.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string doc) : Attribute
{
    /// <summary>
    /// The greatest <see cref="Max"/> of a duration that something waits for, in seconds: 31 days. Timers of the runtime end at 49 days, and fail then.
    /// </summary>
    public const double LongestWait = 31 * 86_400;

    /// <summary>What it does.</summary>
    public string Doc { get; } = doc;

    /// <summary>The key; by default the property's name in snake case.</summary>
    public string? Key { get; init; }

    /// <summary>The unit of a plain number, such as <c>records</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>The least value allowed: durations in seconds, sizes in bytes. In a list or map it holds for every element.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>The greatest value allowed, as <see cref="Min"/>.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Whether the key must be given.</summary>
    public bool Required { get; init; }

    /// <summary>
    /// For a nullable nested record: the static property of the declaring record that holds the values taken when the key is present, if
    /// they differ from the nested record's own defaults.
    /// </summary>
    public string? Preset { get; init; }
}
