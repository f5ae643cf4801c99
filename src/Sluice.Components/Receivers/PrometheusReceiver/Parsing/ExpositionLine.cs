using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver.Series;

namespace Sluice.Components.Receivers.PrometheusReceiver.Parsing;

/// <summary>What a line of an exposition says.</summary>
internal enum ExpositionLineKind
{
    Sample,
    Type,
    Help,
    Unit,
}

/// <summary>A line of an exposition, as <see cref="ExpositionReader"/> gives it. Its memory is used again for the next line.</summary>
internal sealed class ExpositionLine
{
    /// <summary>The time of what has none.</summary>
    public const long NoTime = long.MinValue;

    /// <summary>What it says.</summary>
    public ExpositionLineKind Kind { get; set; }

    /// <summary>The labels of a sample.</summary>
    public LabelSet Labels { get; } = new();

    /// <summary>The value of a sample.</summary>
    public double Value { get; set; }

    /// <summary>The time of a sample in milliseconds since 1970, or <see cref="NoTime"/>.</summary>
    public long TimeUnixMs { get; set; }

    /// <summary>Whether a sample has an exemplar.</summary>
    public bool HasExemplar { get; set; }

    /// <summary>The labels of the exemplar.</summary>
    public LabelSet ExemplarLabels { get; } = new();

    /// <summary>The value of the exemplar.</summary>
    public double ExemplarValue { get; set; }

    /// <summary>The time of the exemplar in milliseconds since 1970, or <see cref="NoTime"/>.</summary>
    public long ExemplarTimeUnixMs { get; set; }

    /// <summary>The type of a metric.</summary>
    public ParsedType Type { get; set; }

    /// <summary>What was written with backslashes, without them.</summary>
    public ByteScratch Unescaped { get; } = new();

    public void Clear()
    {
        Labels.Clear();
        ExemplarLabels.Clear();
        Unescaped.Clear();
        HasExemplar = false;
        TimeUnixMs = ExemplarTimeUnixMs = NoTime;
    }
}
