using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sluice.Components.Receivers.PrometheusReceiver.Conversion;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>
/// The series of one target from one scrape to the next: which there were, since when they count, and in between what a scrape found. They stay in place,
/// so that a scrape of what is known allocates nothing; those that are gone are taken out when they are many. Not thread-safe.
/// </summary>
/// <remarks>
/// <see cref="Begin"/>, then <see cref="Describe"/> and points, <see cref="Complete"/>, writing, and <see cref="Keep"/> once that is durable. What a scrape
/// found links its rows: sources have scopes, those metrics, and those points, in the order in which they came first.
/// </remarks>
internal sealed partial class TargetSeries
{
    private const int None = -1;
    private const ulong OneMillisecond = 1_000_000;

    private ScrapeBuffers _buffers = null!;
    private uint _kept;
    private int _firstSource;
    private int _lastSource;
    private ulong _scrapeUnixNano;
    private ulong _keptUnixNano;

    /// <summary>Whether the durable scrape before had series that end since this one has them not.</summary>
    private bool _hasEnds;

    /// <summary>The number of the scrape.</summary>
    public uint Scrape { get; private set; }

    public ByteTable<SourceRow> Sources { get; private set; } = new();

    public ByteTable<ScopeRow> Scopes { get; private set; } = new();

    public ByteTable<ScopeInfoRow> ScopeInfos { get; private set; } = new();

    public ByteTable<MetricRow> Metrics { get; private set; } = new();

    public ByteTable<PointRow> Points { get; private set; } = new();

    public ByteTable<FamilyRow> Families { get; private set; } = new();

    /// <summary>The first source of this scrape; -1 for none.</summary>
    public int FirstSource => _firstSource;

    /// <summary>Begins a scrape, and forgets one that was not kept.</summary>
    /// <param name="buffers">Its memory, until it is kept or another begins.</param>
    public void Begin(ScrapeBuffers buffers)
    {
        _hasEnds = false;
        _buffers = buffers;
        buffers.Clear();
        Scrape++;
        _firstSource = _lastSource = None;
        _saysNothing = false;
    }

    /// <summary>
    /// Begins a scrape of a target that failed or is gone, and forgets one that was not kept: what is said of its sources and scopes holds, so that series
    /// end as what they were.
    /// </summary>
    /// <param name="buffers">Its memory, until it is kept or another begins.</param>
    public void BeginWithout(ScrapeBuffers buffers)
    {
        Begin(buffers);
        _saysNothing = true;
    }

    /// <summary>Takes what the target says of a metric as a whole.</summary>
    public void Describe(ReadOnlySpan<byte> name, ExpositionLineKind kind, ParsedType type, ReadOnlySpan<byte> text)
    {
        ref var family = ref Families[Families.GetOrAdd(name, out _)];
        if (family.Scrape != Scrape)
        {
            family.Scrape = Scrape;
            family.Type = ParsedType.Unknown;
        }

        switch (kind)
        {
            case ExpositionLineKind.Type:
                family.Type = type;
                break;
            case ExpositionLineKind.Help:
                family.HelpScrape = Scrape;
                family.Help = text.SequenceEqual(family.Help) ? family.Help ?? [] : text.ToArray();
                break;
            default:
                family.UnitScrape = Scrape;
                if (family.Unit is null || !text.SequenceEqual(family.Unit))
                {
                    family.Unit = text.ToArray();
                    family.Ucum = Encoding.UTF8.GetBytes(UcumUnits.Of(Encoding.UTF8.GetString(text)));
                }

                break;
        }
    }

    /// <summary>What the target said of a metric in this scrape; -1 for nothing.</summary>
    public int FamilyOf(ReadOnlySpan<byte> name) => Families.Find(name) is var number and >= 0 && Families[number].Scrape == Scrape ? number : None;

    /// <summary>The help of a metric, as in the last scrape that said something of it.</summary>
    public ReadOnlySpan<byte> HelpOf(int family) => family >= 0 && Families[family] is var row && row.HelpScrape == row.Scrape ? row.Help : default;

    /// <summary>The unit of a metric, as in the last scrape that said something of it.</summary>
    public ReadOnlySpan<byte> UnitOf(int family) => family >= 0 && Families[family] is var row && row.UnitScrape == row.Scrape ? row.Unit : default;

    /// <summary>The same as OpenTelemetry writes it.</summary>
    public ReadOnlySpan<byte> UcumOf(int family) => family >= 0 && Families[family] is var row && row.UnitScrape == row.Scrape ? row.Ucum : default;

    public int SourceOf(ReadOnlySpan<byte> job, ReadOnlySpan<byte> instance)
    {
        var key = _buffers.Key;
        key.Clear();
        key.Append(job.Length);
        key.Append(job);
        key.Append(instance);
        return Sources.GetOrAdd(key.Span, out _);
    }

    /// <summary>A scope of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="schema">The address of its schema.</param>
    /// <param name="attributes">Its attributes, as fields.</param>
    public int ScopeOf(int source, ReadOnlySpan<byte> name, ReadOnlySpan<byte> version, ReadOnlySpan<byte> schema, ReadOnlySpan<byte> attributes)
    {
        var key = _buffers.Key;
        key.Clear();
        key.Append(source);
        key.Append(name.Length);
        key.Append(version.Length);
        key.Append(schema.Length);
        key.Append(name);
        key.Append(version);
        key.Append(schema);
        key.Append(attributes);
        var number = Scopes.GetOrAdd(key.Span, out _);
        Scopes[number].Source = source;
        return number;
    }

    /// <summary>What is said of the scopes of a source with a name and a version; a new row where nothing was.</summary>
    public ref ScopeInfoRow ScopeInfoOf(int source, ReadOnlySpan<byte> name, ReadOnlySpan<byte> version) =>
        ref ScopeInfos[ScopeInfos.GetOrAdd(ScopeInfoKey(source, name, version), out _)];

    public int MetricOf(int scope, PointShape shape, MetricParts parts, int family, int about = None)
    {
        var number = Metrics.GetOrAdd(MetricKey(scope, shape, parts), out _);
        ref var metric = ref Metrics[number];
        metric.Scope = scope;
        metric.Shape = shape;
        metric.Family = family;
        metric.About = about;
        return number;
    }

    /// <summary>The point of a metric with these attributes, as this scrape has it.</summary>
    public int PointOf(int metric, ReadOnlySpan<byte> attributes)
    {
        var number = Points.GetOrAdd(PointKey(metric, attributes), out _);
        ref var point = ref Points[number];
        if (point.Scrape != Scrape)
        {
            point.Metric = metric;
            point.Scrape = Scrape;
            point.Samples = 0;
            point.Detail = None;
            point.TimeUnixMs = ExpositionLine.NoTime;
        }

        return number;
    }

    /// <summary>More of a point. Holds until the next one is asked for.</summary>
    public ref PointDetail DetailOf(int point)
    {
        ref var row = ref Points[point];
        if (row.Detail < 0)
        {
            row.Detail = _buffers.Details.Add(new PointDetail { CreatedSeconds = double.NaN, FirstPart = None, FirstExemplar = None, LastExemplar = None });
        }

        return ref _buffers.Details[row.Detail];
    }

    /// <summary>Takes the labels of <c>target_info</c>, beside what it had of them in this scrape.</summary>
    public void AddInfo(int source, LabelSet labels, Func<string, bool> takes)
    {
        var text = _buffers.Text;
        text.Clear();
        for (var i = 0; i < labels.Count; i++)
        {
            text.Append(labels.Name(i).Length);
            text.Append(labels.Name(i));
            text.Append(labels.Value(i).Length);
            text.Append(labels.Value(i));
        }

        ref var row = ref Sources[source];
        var isMore = row.InfoScrape == Scrape;
        row.InfoScrape = Scrape;
        if (isMore || !text.Span.SequenceEqual(row.InfoBytes))
        {
            row.Info = [.. isMore ? row.Info! : [], .. labels.Texts.Where(label => takes(label.Key))];
            row.InfoBytes = isMore ? null : text.Span.ToArray();
        }
    }

    /// <summary>Series of this scrape that the durable one before had not.</summary>
    public int Added()
    {
        var added = 0;
        for (var number = 0; number < Sources.Count; number++)
        {
            added += Sources[number] is var source && source.InfoScrape == Scrape && (source.InfoKept != _kept || _kept == 0) ? 1 : 0;
        }

        for (var number = 0; number < Points.Count; number++)
        {
            ref var point = ref Points[number];
            if (point.Scrape == Scrape)
            {
                added += point.Kept == _kept ? Math.Max(0, point.Samples - point.KeptSamples) : point.Samples;
            }
        }

        return added;
    }

    /// <summary>
    /// Ends a scrape: says since when points count (as the target says, since the first scrape, or since the one that found them smaller), and links them,
    /// and those that the durable scrape before had and this one has not, but those whose times the target gave there.
    /// </summary>
    /// <param name="scrapeUnixNano">The time of the scrape.</param>
    /// <returns>Points that were left out since their count is missing.</returns>
    public int Complete(ulong scrapeUnixNano)
    {
        _scrapeUnixNano = scrapeUnixNano;
        var incomplete = 0;
        for (var number = 0; number < Points.Count; number++)
        {
            ref var point = ref Points[number];
            if (point.Scrape == Scrape && !TryStart(ref point, scrapeUnixNano))
            {
                point.Scrape = 0;
                incomplete++;
            }

            if (point.Scrape == Scrape)
            {
                Link(number);
            }
            else if (CanEnd(point))
            {
                _hasEnds = true;
                Link(number);
            }
        }

        return incomplete;
    }

    /// <summary>
    /// When series end: a millisecond before the scrape, in which they may go on under another type, unit or resource where that makes no difference, and one
    /// series takes one value at a time; but after the scrape that had them last, also when the clock was set back.
    /// </summary>
    public ulong EndUnixNano => Math.Max(_scrapeUnixNano - Math.Min(_scrapeUnixNano, OneMillisecond), _keptUnixNano + OneMillisecond);

    /// <summary>Remembers a scrape that is durable.</summary>
    public void Keep()
    {
        for (var number = 0; number < Sources.Count; number++)
        {
            ref var source = ref Sources[number];
            source.InfoKept = source.InfoScrape == Scrape ? Scrape : source.InfoKept;
        }

        KeepInfos();

        var live = 0;
        for (var number = 0; number < Points.Count; number++)
        {
            ref var point = ref Points[number];
            if (point.Scrape == Scrape)
            {
                point.Kept = Scrape;
                point.KeptOwnTime = point.TimeUnixMs != ExpositionLine.NoTime;
                point.KeptSamples = point.Samples;
                live++;
            }
        }

        _kept = Scrape;
        _keptUnixNano = _scrapeUnixNano;
        if (Points.Count - live > (live / 4) + 16)
        {
            TakeOut();
        }
    }

    /// <summary>What a metric is called.</summary>
    public MetricParts MetricPartsOf(int metric) => MetricParts.Of(Metrics.Key(metric));

    /// <summary>The attributes of a point, as fields.</summary>
    public ReadOnlySpan<byte> AttributesOf(int point) => Points.Key(point)[sizeof(int)..];

    /// <summary>What a scope says of itself.</summary>
    public ScopeParts PartsOf(int scope) => new(Scopes.Key(scope));

    /// <summary>The job and the instance of a source.</summary>
    public (string Job, string Instance) NamesOf(int source)
    {
        var key = Sources.Key(source);
        var length = BinaryPrimitives.ReadInt32LittleEndian(key);
        return (Encoding.UTF8.GetString(key.Slice(sizeof(int), length)), Encoding.UTF8.GetString(key[(sizeof(int) + length)..]));
    }

    /// <summary>The number of a point; -1 when there is none.</summary>
    public int FindPoint(int scope, PointShape shape, MetricParts parts, ReadOnlySpan<byte> attributes)
    {
        var metric = Metrics.Find(MetricKey(scope, shape, parts));
        var point = metric < 0 ? None : Points.Find(PointKey(metric, attributes));
        return point >= 0 && Points[point].Scrape == Scrape ? point : None;
    }

    /// <summary>Whether points of that shape count up.</summary>
    public static bool Counts(PointShape shape) => shape is PointShape.Counter or PointShape.Histogram or PointShape.Summary;

    private ReadOnlySpan<byte> ScopeInfoKey(int source, ReadOnlySpan<byte> name, ReadOnlySpan<byte> version)
    {
        var key = _buffers.Key;
        key.Clear();
        key.Append(source);
        key.Append(name.Length);
        key.Append(name);
        key.Append(version);
        return key.Span;
    }

    private ReadOnlySpan<byte> MetricKey(int scope, PointShape shape, MetricParts parts)
    {
        var key = _buffers.Key;
        key.Clear();
        key.Append(scope);
        key.Append((byte)shape);
        key.Append(parts.Unit.Length);
        key.Append(parts.Unit);
        key.Append(parts.Name);
        return key.Span;
    }

    private ReadOnlySpan<byte> PointKey(int metric, ReadOnlySpan<byte> attributes)
    {
        var key = _buffers.Key;
        key.Clear();
        key.Append(metric);
        key.Append(attributes);
        return key.Span;
    }

    /// <summary>Whether the durable scrape before had it, and with the time of that scrape: so it can be said when it ended.</summary>
    private bool CanEnd(in PointRow point) => point.Kept == _kept && _kept != 0 && !point.KeptOwnTime;

    /// <returns>False for a histogram or summary whose count is missing: OpenTelemetry cannot say it.</returns>
    private bool TryStart(ref PointRow point, ulong scrapeUnixNano)
    {
        var shape = Metrics[point.Metric].Shape;
        if (!Counts(shape))
        {
            return true;
        }

        var total = point.Value;
        var created = double.NaN;
        if (point.Detail >= 0)
        {
            ref var detail = ref _buffers.Details[point.Detail];
            if (shape != PointShape.Counter && !HasCount(ref detail, shape))
            {
                return false;
            }

            created = detail.CreatedSeconds;
            total = shape == PointShape.Counter ? total : detail.Count;
        }

        var time = point.TimeUnixMs == ExpositionLine.NoTime ? scrapeUnixNano : UnixNano(point.TimeUnixMs);
        if (!double.IsNaN(created))
        {
            point.Start = UnixNano(created);
        }
        else if (point.Kept != _kept || _kept == 0 || !(total >= point.Total) || point.Start > time)
        {
            // What was said before may be ahead: the clock was set back since.
            point.Start = time;
        }

        point.Total = total;
        return true;
    }

    /// <summary>Whether the target says the count, or a last bucket does, which counts all there are.</summary>
    private bool HasCount(ref PointDetail detail, PointShape shape)
    {
        for (var part = detail.HasCount || shape != PointShape.Histogram ? None : detail.FirstPart; part >= 0; part = _buffers.Parts[part].Next)
        {
            if (double.IsPositiveInfinity(_buffers.Parts[part].Number))
            {
                (detail.Count, detail.HasCount) = (_buffers.Parts[part].Value, true);
            }
        }

        return detail.HasCount;
    }

    /// <summary>Digit by digit: as a product of floating point numbers a time would be off by some hundred nanoseconds.</summary>
    private static ulong UnixNano(double seconds)
    {
        Span<char> text = stackalloc char[32];
        return seconds is > 0 and < 10_000_000_000 && seconds.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture)
            ? (ulong)(decimal.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture) * 1_000_000_000)
            : 0;
    }

    /// <summary>A time that is not far ahead. Times before 1970 are not of OTLP.</summary>
    public static ulong UnixNano(long milliseconds) => checked((ulong)Math.Max(0, milliseconds) * 1_000_000);
}
