namespace Sluice.Configuration;

/// <summary>One key of the configuration, for whatever prints it.</summary>
public sealed record OptionDescription
{
    /// <summary>The key; empty for the described record itself and for the elements of a list or map.</summary>
    public required string Key { get; init; }

    /// <summary>What becomes of it.</summary>
    public OptionClass Class { get; init; }

    /// <summary>Why it has no effect, or what to use instead; empty for an implemented key.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How its value is written.</summary>
    public OptionKind Kind { get; init; }

    /// <summary>The type in words.</summary>
    public string TypeText { get; init; } = "";

    /// <summary>The default as YAML; empty where there is none.</summary>
    public string DefaultText { get; init; } = "";

    /// <summary>The unit of a plain number, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>The documentation.</summary>
    public string Doc { get; init; } = "";

    /// <summary>Whether the key must be given.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Least value, or null: durations in seconds, sizes in bytes.</summary>
    public double? Min { get; init; }

    /// <summary>Greatest value, or null.</summary>
    public double? Max { get; init; }

    /// <summary>The names of a choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Other names that a choice accepts, such as those the Collector has deprecated.</summary>
    public IReadOnlyList<string> OtherChoices { get; init; } = [];

    /// <summary>Whether the names of a choice may be written in letters of any size.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>A regular expression that the names in a map must match, or null for any.</summary>
    public string? NamePattern { get; init; }

    /// <summary>The keys of a record in the order of declaration, then the ignored, then the unsupported ones.</summary>
    public IReadOnlyList<OptionDescription> Children { get; init; } = [];

    /// <summary>What a list or map holds.</summary>
    public OptionDescription? Element { get; init; }
}
