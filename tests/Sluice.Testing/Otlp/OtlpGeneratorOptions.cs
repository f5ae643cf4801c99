namespace Sluice.Testing.Otlp;

/// <summary>How much an <see cref="OtlpGenerator"/> makes. Counts are the most; zero occurs always.</summary>
public sealed record OtlpGeneratorOptions
{
    /// <summary>Resource containers in a request.</summary>
    public int Resources { get; init; } = 3;

    /// <summary>Scope containers in each.</summary>
    public int Scopes { get; init; } = 3;

    /// <summary>Records in each.</summary>
    public int Records { get; init; } = 5;

    /// <summary>Attributes of one thing.</summary>
    public int Attributes { get; init; } = 6;

    /// <summary>Data points of a metric, events and links of a span, exemplars, buckets, quantiles.</summary>
    public int Children { get; init; } = 4;

    /// <summary>Levels of lists in a value.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>Characters of a text; one in fifty is ten times as long.</summary>
    public int TextLength { get; init; } = 40;

    /// <summary>Adds fields that no version of the protocol has, groups included, to one message in eight.</summary>
    public bool UnknownFields { get; init; }
}
