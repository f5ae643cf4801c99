using Sluice.Components.Receivers.PrometheusReceiver.Parsing;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>What a point of OpenTelemetry is made as.</summary>
internal enum PointShape
{
    Gauge,
    Counter,
    Sum,
    Histogram,
    Summary,
}

/// <summary>What one row has to do with others in one scrape: those below it, in the order in which they came, and the next beside it.</summary>
internal struct Chain
{
    public int First;
    public int Last;
    public int Next;

    /// <summary>The scrape that it is of; in others it is empty.</summary>
    public uint Scrape;
}

/// <summary>A job and instance. The key: the length of the job, the job, the instance.</summary>
internal struct SourceRow
{
    public Chain Chain;

    /// <summary>The labels of its <c>target_info</c> as they were last; null for none.</summary>
    public KeyValuePair<string, string>[]? Info;

    /// <summary>The same as bytes, to compare.</summary>
    public byte[]? InfoBytes;

    /// <summary>The scrape that <see cref="Info"/> is of.</summary>
    public uint InfoScrape;

    /// <summary>The last durable scrape that had a <c>target_info</c>.</summary>
    public uint InfoKept;

    /// <summary>What the series of the last durable scrape stand under; null for nothing.</summary>
    public KeyValuePair<string, string>[]? KeptInfo;
}

/// <summary>A scope. The key: the number of the source, the lengths of name, version and schema, those three, and its attributes as fields of OTLP.</summary>
internal struct ScopeRow
{
    public Chain Chain;
    public int Source;
}

/// <summary>What an <c>otel_scope_info</c> says of the scopes with a name and a version. The key: the source, the length of the name, the name, the version.</summary>
internal struct ScopeInfoRow
{
    /// <summary>The scrape that it is of.</summary>
    public uint Scrape;

    /// <summary>Attributes, sorted by name.</summary>
    public KeyValuePair<string, string>[]? Attributes;

    /// <summary>Those that the series of the last durable scrape stand under; null for none.</summary>
    public KeyValuePair<string, string>[]? KeptAttributes;
}

/// <summary>
/// A metric. The key: the number of the scope, the shape, the length of the unit, the unit, the name. Two may have one name, with their units taken off, and
/// series end with the unit that they had.
/// </summary>
internal struct MetricRow
{
    public Chain Chain;
    public int Scope;
    public PointShape Shape;

    /// <summary>What the target says of it; -1 for nothing.</summary>
    public int Family;

    /// <summary>What is said of the series about scrapes; -1 for other metrics.</summary>
    public int About;
}

/// <summary>What a target says of a metric as a whole. The key: its name.</summary>
internal struct FamilyRow
{
    /// <summary>The last scrape that said something of it; all else is of that scrape.</summary>
    public uint Scrape;
    public ParsedType Type;
    public byte[]? Help;
    public byte[]? Unit;

    /// <summary>The unit as OpenTelemetry writes it.</summary>
    public byte[]? Ucum;

    /// <summary>The scrapes that help and unit are of.</summary>
    public uint HelpScrape;
    public uint UnitScrape;
}

/// <summary>A point: a series, or the series of one histogram or summary. The key: the number of the metric, and its attributes as fields of OTLP.</summary>
internal struct PointRow
{
    public int Metric;

    /// <summary>The next point of its metric in this scrape; -1 for none.</summary>
    public int Next;

    /// <summary>The last scrape that had it.</summary>
    public uint Scrape;

    /// <summary>The last durable scrape that had it.</summary>
    public uint Kept;

    /// <summary>Samples it was made of.</summary>
    public int Samples;

    /// <summary>Samples it was made of in the last durable scrape.</summary>
    public int KeptSamples;

    /// <summary>More of this scrape; -1 for none.</summary>
    public int Detail;

    /// <summary>In milliseconds since 1970, as the target says in this scrape.</summary>
    public long TimeUnixMs;

    /// <summary>Whether the target said its time in the last durable scrape: then nobody says when it ends.</summary>
    public bool KeptOwnTime;

    /// <summary>Of a single sample.</summary>
    public double Value;

    /// <summary>What it counted to in the scrape before: it goes back when the source starts again.</summary>
    public double Total;

    /// <summary>Since when it counts, in nanoseconds since 1970; 0 for what does not.</summary>
    public ulong Start;
}

/// <summary>What few points have, of one scrape.</summary>
internal struct PointDetail
{
    public double Sum;
    public double Count;
    public bool HasSum;
    public bool HasCount;

    /// <summary>Since when it counts, in seconds since 1970; NaN where the target does not say.</summary>
    public double CreatedSeconds;

    /// <summary>The first of its parts; -1 for none.</summary>
    public int FirstPart;
    public int Parts;

    /// <summary>The first and last of its exemplars; -1 for none.</summary>
    public int FirstExemplar;
    public int LastExemplar;
}

/// <summary>A bucket with what is below its bound, or a quantile with its value.</summary>
internal struct PointPart
{
    public double Number;
    public double Value;
    public int Next;
}

/// <summary>An exemplar: where its fields of OTLP are.</summary>
internal struct PointExemplar
{
    public int Start;
    public int Length;
    public int Next;
}

/// <summary>A sample that says since when others count; they may come after it.</summary>
internal struct CreatedSample
{
    public int Scope;
    public int Family;
    public int Attributes;
    public int AttributesLength;
    public double Seconds;
}
