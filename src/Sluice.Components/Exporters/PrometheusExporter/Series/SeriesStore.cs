using System.Diagnostics.CodeAnalysis;
using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Components.Exporters.PrometheusExporter.Snapshots;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>
/// The last value of every series. A batch is added, and what a scrape shows is taken down, under one lock: a scrape shows whole batches. Adding to a
/// series that is known allocates nothing, unless an attribute is an array or a map.
/// </summary>
internal sealed partial class SeriesStore
{
    private const ulong TakeOverAfterNano = 2UL * 60 * 1_000_000_000;

    private const string NoAddend = "a delta that is infinite or no number, or negative in a sum that only goes up";

    /// <summary>Sets of bounds that are remembered; senders choose them.</summary>
    private const int MaxBounds = 1024;

    private readonly Lock _lock = new();
    private readonly PrometheusExporterOptions _options;
    private readonly NameTranslation _names;
    private readonly TimeProvider _time;
    private readonly BufferPool _buffers;
    private readonly SeriesReport _report;
    private readonly PointReader _reader = new();
    private readonly ByteScratch _key = new();
    private readonly PointAttributes _attributes = new();
    private readonly ByteScratch _values = new();
    private readonly int _maxSeries;
    private readonly LabelPlanner _planner;
    private readonly Dictionary<byte[], MetricSource> _sources = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], MetricStream> _streams = new(ByteKeyComparer.Instance);
    private readonly PointIndex _points = new();
    private readonly Dictionary<byte[], NumberLabels> _bounds = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], MetricSource>.AlternateLookup<ReadOnlySpan<byte>> _sourcesBySpan;
    private readonly Dictionary<byte[], MetricStream>.AlternateLookup<ReadOnlySpan<byte>> _streamsBySpan;
    private readonly Dictionary<byte[], NumberLabels>.AlternateLookup<ReadOnlySpan<byte>> _boundsBySpan;
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MetricFamily> _reservedNames = new(StringComparer.Ordinal);
    private RecordId _position;
    private RecordId _added;
    private long _nextId;
    private int _count;
    private long _nowMs;

    public SeriesStore(ComponentContext context, PrometheusExporterOptions options)
    {
        _options = options;
        _time = context.Time;
        _clockStart = _time.GetTimestamp();
        _buffers = context.Pool.Buffers;
        _names = new NameTranslation(options.Strategy, options.Namespace);
        _maxSeries = options.MaxSeries > 0 ? options.MaxSeries : int.MaxValue;
        _planner = new LabelPlanner(options, _names, _maxSeries);
        _report = new SeriesReport(context, () => Volatile.Read(ref _count));
        _sourcesBySpan = _sources.GetAlternateLookup<ReadOnlySpan<byte>>();
        _streamsBySpan = _streams.GetAlternateLookup<ReadOnlySpan<byte>>();
        _boundsBySpan = _bounds.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>What is kept, and the size of the index of series: to see that what expires leaves nothing behind.</summary>
    internal (int Series, int Slots, int Frames, int Streams, int Sources, int Metrics, int Targets) Kept =>
        (_points.Count, _points.Capacity, _planner.Frames, _streams.Count, _sources.Count, _families.Count, _targetLabels.Count);

    /// <summary>Adds the data points of a batch. Metrics that are no metrics of OTLP are marked as refused.</summary>
    public void Add(DeliveryBatch batch)
    {
        lock (_lock)
        {
            Tick();
            for (var s = 0; s < batch.Segments.Count; s++)
            {
                var segment = batch.Segments[s];
                var (source, scope) = ((MetricSource?)null, -1);
                for (var i = 0; i < segment.Count; i++)
                {
                    var record = segment.Batch.GetRecord(segment.Start + i);
                    if (source is null || record.Envelope.Scope != scope)
                    {
                        (source, scope) = (SourceOf(record.Resource, record.Scope, record.ScopeSchemaUrl), record.Envelope.Scope);
                    }

                    _position = segment.Position.Plus(i);
                    if (_position >= _added && AddOnce(source, record.Message, segment.Replay is not null) is { } refusal)
                    {
                        batch.Reject(s, i, refusal);
                    }
                }
            }
        }
    }

    /// <summary>Takes down what all series are now, for one scrape. Owned by the caller.</summary>
    public SeriesSnapshot Capture(ScrapeRequest request)
    {
        var snapshot = new SeriesSnapshot(request, _options.SendTimestamps, _buffers);
        lock (_lock)
        {
            Tick();
            foreach (var labels in Targets(request.Escaping))
            {
                snapshot.AddTarget(labels);
            }

            // Names that are translated to plain ones stay different, however they are escaped.
            var mayCollide = request.Escaping != NameEscaping.AllowUtf8 && !_names.Escapes;
            foreach (var family in FamiliesFor(request.Escaping))
            {
                if (snapshot.Add(family, mayCollide) is > 0 and var hidden)
                {
                    _report.Hidden(family, hidden);
                }
            }
        }

        return snapshot;
    }

    /// <summary>Names that differ may become the same where the scraper wants them escaped: it would refuse the second of them.</summary>
    private IEnumerable<MetricFamily> FamiliesFor(NameEscaping escaping)
    {
        if (KeepsNames(escaping))
        {
            return _families.Values;
        }

        var taken = new HashSet<string>([TargetInfo.SampleName, TargetInfo.MetricName], StringComparer.Ordinal);
        return _families.Values.Where(family =>
        {
            var names = family.ReservedNames(escaping).ToList();
            if (names.Exists(taken.Contains))
            {
                _report.Hidden(family, family.Points.Count);
                return false;
            }

            taken.UnionWith(names);
            return true;
        });
    }

    /// <summary>Whether a scraper gets all names as they are kept.</summary>
    private bool KeepsNames(NameEscaping escaping) => escaping == NameEscaping.AllowUtf8 || (_names.Escapes && escaping != NameEscaping.Dots);

    /// <summary>Adds the record at hand, and never again: a delta that came a second time with its batch would be counted twice.</summary>
    private string? AddOnce(MetricSource source, ReadOnlySpan<byte> metric, bool isReplay)
    {
        _added = _position.Plus(1);
        try
        {
            return Add(source, MetricHead.Read(metric), isReplay);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return _report.Failed(exception);
        }
    }

    /// <returns>Why the whole metric is refused; null when it is not.</returns>
    private string? Add(MetricSource source, in MetricHead metric, bool isReplay)
    {
        if (!metric.HasData)
        {
            return metric.Name.IsEmpty ? MetricHead.NoName : null;
        }

        if (metric.HasTemporality && metric.Temporality is not (MetricHead.Delta or MetricHead.Cumulative))
        {
            return MetricHead.NoTemporality;
        }

        if (StreamOf(source, in metric) is not { } stream)
        {
            return MetricHead.NoExposedName;
        }

        // A replay of deltas some of which were refused: the others were added when they came first.
        var refusal = isReplay && stream.IsDelta ? FindFault(stream, metric.Data) : null;
        refusal ??= AddPoints(stream, metric.Data);
        if (!source.IsKept)
        {
            _planner.Forget(source, long.MaxValue);
        }

        return refusal;
    }

    private string? FindFault(MetricStream stream, ReadOnlySpan<byte> data)
    {
        foreach (var message in new RepeatedField(data, OtlpFields.MetricData.DataPoints))
        {
            if (!TryRead(stream, message, out var fault))
            {
                return fault;
            }
        }

        return null;
    }

    /// <returns>Why one of them is refused; null when none is.</returns>
    private string? AddPoints(MetricStream stream, ReadOnlySpan<byte> data)
    {
        string? refusal = null;
        foreach (var message in new RepeatedField(data, OtlpFields.MetricData.DataPoints))
        {
            if (!TryRead(stream, message, out var fault))
            {
                refusal = fault;
            }
            else if (stream.Family is null)
            {
                _report.Count(LeftOut.ConflictingType);
            }
            else
            {
                Add(stream, message);
            }
        }

        return refusal;
    }

    private bool TryRead(MetricStream stream, ReadOnlySpan<byte> message, [NotNullWhen(false)] out string? fault)
    {
        _reader.Key.Clear();
        fault = !_reader.TryRead(stream.Kind, message) ? MetricHead.Malformed
            : stream.IsDelta && !_reader.HasNoValue && !IsAddend(stream) ? NoAddend
            : null;
        if (fault is null)
        {
            return true;
        }

        _report.Malformed(stream, fault);
        return false;
    }

    /// <summary>Whether a delta may be added: one that is no number would make all that follows none, and nothing takes it back.</summary>
    private bool IsAddend(MetricStream stream) =>
        double.IsFinite(_reader.Number.Value) && double.IsFinite(_reader.Sum) && (!stream.IsMonotonic || _reader.Number.Value >= 0);

    private void Add(MetricStream stream, ReadOnlySpan<byte> message)
    {
        stream.SeenMs = _nowMs;
        stream.Source.SeenMs = _nowMs;
        if (FindOrCreate(stream) is not { } point || !Admits(point, stream))
        {
            return;
        }

        NoteChange(point, stream);
        point.SeenMs = _nowMs;
        point.TimeUnixNano = Math.Max(point.TimeUnixNano, _reader.TimeUnixNano);
        if (_reader.HasNoValue)
        {
            point.IsStale = true;
            return;
        }

        Take(point, stream);
        point.IsStale = false;
        if (PointReader.ExemplarsField(stream.Kind) is > 0 and var field)
        {
            TakeExemplars(point, message, field);
        }
    }

    private void Take(MetricPoint point, MetricStream stream)
    {
        switch (point)
        {
            case NumberPoint number when stream.IsDelta:
                number.Add(_reader.Number);
                break;
            case NumberPoint number:
                number.Set(_reader.Number);
                break;
            case HistogramPoint histogram when stream.IsDelta:
                if (histogram.Add(_reader, BoundsOf(_reader.Bounds.Span)))
                {
                    point.BeginAfter(_reader.StartUnixNano, point);
                }

                break;
            case HistogramPoint histogram:
                histogram.Set(_reader, BoundsOf(_reader.Bounds.Span));
                break;
            case ExponentialPoint exponential when stream.IsDelta:
                exponential.Add(_reader);
                break;
            case ExponentialPoint exponential:
                exponential.Set(_reader);
                break;
            case SummaryPoint summary:
                summary.Set(_reader);
                break;
        }
    }

    private static void TakeExemplars(MetricPoint point, ReadOnlySpan<byte> message, int field)
    {
        foreach (var encoded in new RepeatedField(message, field))
        {
            var exemplar = PointReader.ReadExemplar(encoded);
            if (double.IsNaN(exemplar.Value))
            {
                // It lies in no bucket, and Prometheus takes it for another one with every scrape.
                continue;
            }

            switch (point)
            {
                case NumberPoint number:
                    number.SetExemplar(in exemplar);
                    break;
                case HistogramPoint histogram:
                    histogram.SetExemplar(in exemplar);
                    break;
                case ExponentialPoint exponential:
                    exponential.SetExemplar(in exemplar);
                    break;
            }
        }
    }

    /// <summary>
    /// Whether a data point counts, given what its series had before. A series is written by one source: the one that was started last, as
    /// far as the start times say, else the one that was there first, until it is silent; and with the attributes that it had first, since of those that
    /// have the same labels all count at once. Deltas of several sources or attributes add up.
    /// </summary>
    private bool Admits(MetricPoint point, MetricStream stream)
    {
        var (start, time) = (_reader.StartUnixNano, _reader.TimeUnixNano);
        if (stream.IsDelta && point.Owner.IsDelta)
        {
            if (!point.HasBegunAnew && (point.TimeUnixNano == 0 || start < point.StartUnixNano))
            {
                point.BeginAt(start, time);
            }

            return true;
        }

        var plan = stream.Plan!;
        var print = plan.PrintOf(_attributes);
        var isOwnStream = point.Owner == stream;
        var isOwner = isOwnStream && point.AttributesPrint == print;
        if (isOwner && point.TimeUnixNano == 0)
        {
            point.BeginAt(start, time);
            return true;
        }

        var isCounted = stream.Kind != DataKind.Gauge;
        var isSilent = IsSilent(point);
        var startMoved = start != 0 && point.StartUnixNano != 0 && start != point.StartUnixNano && (isOwner ? isCounted : !isOwnStream);
        if (startMoved ? start < point.StartUnixNano && !isSilent : !isOwner && !isSilent)
        {
            if (isOwnStream)
            {
                _report.Duplicate(point, stream, plan, _attributes);
            }
            else
            {
                _report.Duplicate(point, stream);
            }

            return false;
        }

        if (!startMoved && isOwner && time < point.TimeUnixNano)
        {
            _report.OutOfOrder(point, stream, TimeSpan.FromTicks((long)((point.TimeUnixNano - time) / TimeSpan.NanosecondsPerTick)));
            return false;
        }

        if (!isOwner)
        {
            (point.Owner, point.AttributesPrint) = (stream, print);
            if (stream.IsDelta)
            {
                Restart(point);
                point.BeginAfter(start, point);
            }
        }

        if (start != point.StartUnixNano && !stream.IsDelta)
        {
            point.BeginAt(start, time);
        }

        point.TimeUnixNano = Math.Min(point.TimeUnixNano, time);
        return true;
    }

    /// <summary>Whether who writes a series has said nothing for so long before the data point at hand that another one may.</summary>
    private bool IsSilent(MetricPoint point) => point.IsStale || _reader.TimeUnixNano > point.TimeUnixNano + TakeOverAfterNano;

    /// <summary>A delta follows a cumulative source: its sum begins at zero.</summary>
    private static void Restart(MetricPoint point)
    {
        switch (point)
        {
            case NumberPoint number:
                number.Begin();
                break;
            case HistogramPoint histogram:
                histogram.Begin(null);
                break;
            case ExponentialPoint exponential:
                exponential.Begin();
                break;
        }
    }

    private NumberLabels BoundsOf(ReadOnlySpan<byte> bounds)
    {
        if (!_boundsBySpan.TryGetValue(bounds, out var labels))
        {
            var values = new double[bounds.Length / sizeof(double)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(bounds[(i * sizeof(double))..]);
            }

            if (_bounds.Count >= MaxBounds)
            {
                _bounds.Clear();
            }

            labels = new NumberLabels("le", values);
            _boundsBySpan[bounds] = labels;
        }

        return labels;
    }
}
