namespace Sluice.Configuration;

/// <summary>One configuration to merge: a file, or text that is in memory already.</summary>
public sealed class ConfigSource
{
    private ConfigSource(string name, string? text)
    {
        Name = name;
        Text = text;
    }

    /// <summary>The path as given, or the name of the text; the source in every position.</summary>
    public string Name { get; }

    /// <summary>The text, or null when it is read from the file <see cref="Name"/>.</summary>
    public string? Text { get; }

    /// <summary>A file, read when it is loaded.</summary>
    public static ConfigSource FromFile(string path) => new(path, null);

    /// <summary>Text under a name, such as the built-in default configuration.</summary>
    public static ConfigSource FromText(string name, string yaml) => new(name, yaml);
}
