namespace Sluice.Configuration;

/// <summary>A single value: its text as written (quotes and escapes resolved) and what YAML makes of it.</summary>
public sealed class ConfigScalar : ConfigNode
{
    private const int LongestShown = 60;

    /// <summary>Creates a scalar; a quoted one is always text.</summary>
    public ConfigScalar(SourcePosition position, string text, bool isQuoted = false)
        : this(position, text, isQuoted, isQuoted ? ScalarKind.String : CoreSchema.Resolve(text))
    {
    }

    internal ConfigScalar(SourcePosition position, string text, bool isQuoted, ScalarKind kind)
        : base(position)
    {
        Text = text;
        IsQuoted = isQuoted;
        Kind = kind;
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Whether it was written in quotes or as a block, so that it is text whatever it looks like.</summary>
    public bool IsQuoted { get; }

    /// <summary>Its type by the YAML 1.2 core schema.</summary>
    public ScalarKind Kind { get; }

    /// <summary>True for an empty value, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => Kind == ScalarKind.Null;

    /// <summary>What a text option gets: exactly what a placeholder gave, else the text.</summary>
    public string Verbatim => SubstitutedText ?? Text;

    /// <summary>The value of <see cref="ScalarKind.Bool"/>.</summary>
    public bool AsBool => CoreSchema.ReadBool(Text);

    /// <summary>The value of <see cref="ScalarKind.Int"/> or <see cref="ScalarKind.Float"/>.</summary>
    public double AsDouble => CoreSchema.ReadFloat(Text);

    /// <summary>The value of <see cref="ScalarKind.Int"/>; false when it does not fit 64 bits.</summary>
    public bool TryGetInteger(out long value) => CoreSchema.TryReadInteger(Text, out value);

    /// <summary>Where a substituted file stopped being YAML, if that is why it is text.</summary>
    internal SourcePosition? NotYamlAt { get; init; }

    internal override string Describe()
    {
        var noun = Kind switch
        {
            ScalarKind.Null => "nothing",
            ScalarKind.Bool => "the boolean",
            ScalarKind.Int or ScalarKind.Float => "the number",
            _ => "the text",
        };
        if (Kind == ScalarKind.Null)
        {
            return noun + FromOrigin();
        }

        if (Origin is not null)
        {
            var reason = NotYamlAt is null ? "" : $", which is not YAML (see {NotYamlAt}),";
            return noun.Replace("the ", "a ", StringComparison.Ordinal) + FromOrigin() + reason;
        }

        return Kind == ScalarKind.String ? $"{noun} \"{Shown()}\"" : $"{noun} {Shown()}";
    }

    private string Shown() => Printable.Shorten(Text, LongestShown);
}
