using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>
/// Encodes metrics as series with one sample each, straight from their bytes. It keeps the encoded labels of the series that it knows, so that a
/// further data point of one allocates nothing, and their last times: what is older is left out, as receivers refuse it with everything around
/// it. What was encoded counts as sent with <see cref="Commit"/>, and is taken back by <see cref="RollBack"/>.
/// </summary>
internal sealed partial class SampleEncoder : IDisposable
{
    private const string Delta =
        "a delta, for which remote write has no place: let the sender make it cumulative (an SDK by OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative, the connectors count and spanmetrics by aggregation_temporality), or let Prometheus scrape the prometheus exporter, which adds deltas up";

    private const string OutOfOrder =
        "a data point that is older than the last one that was sent of its series: receivers take samples in order (does every instance of the service have a service.instance.id of its own?)";

    private const string Conflicting =
        "a data point of the same time as the last one that was sent of its series, with another value (does every instance of the service have a service.instance.id of its own?)";

    private const string SameMillisecond =
        "a data point of the same millisecond as the last one that was sent of its series, with another value: samples of Prometheus have no finer times (let the sender measure less often)";

    private const string OtherAttributes =
        "a data point whose attributes become the labels of a series that is written with other attributes of the same metric: of both together it would jump between two values (attributes whose names become the same are joined, and those of the resource that become labels take the place of others: rename one of them)";

    private const string TooFarAhead =
        "a data point that is more than 10 minutes ahead of the clock of this machine: a database that takes it may refuse all that comes until then (look at the clock of the sender, and at the one here)";

    private const int NoRecord = -1;

    /// <summary>How long after the last sample of a series other attributes may write it.</summary>
    private const long TakeOverAfterMs = 2 * 60_000;

    private readonly PrometheusRemoteWriteExporterOptions _options;
    private readonly NameTranslation _names;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly RemoteWriteReport _report;

    /// <summary>Null for remote write 1.0.</summary>
    private readonly SymbolTable? _symbols;

    /// <summary>Whether histograms with bounds of their own become native ones with custom buckets.</summary>
    private readonly bool _isCustom;

    private readonly PointReader _reader = new();
    private readonly ByteScratch _key = new();
    private readonly NativeHistogram _native;
    private readonly ExemplarFields _exemplars;
    private readonly PooledBufferWriter _metadata;
    private readonly List<TargetSeries> _targets = [];
    private readonly List<(SeriesTime Series, ulong LastUnixNano, ulong LastPrint, CachedPoint? Writer)> _undo = [];
    private int _entryUndo;

    /// <summary>Milliseconds since <see cref="_startedAt"/>, which no change of the wall clock moves.</summary>
    private long _nowMs;

    /// <summary>The latest time that a data point may have, in milliseconds since 1970.</summary>
    private long _latestMs;
    private long _receivedMs;
    private long _startMs;
    private bool _keepsOrder;
    private MetricSource? _source;
    private int _scope;
    private int _record;
    private int _sent;
    private int _duplicates;
    private string? _refusal;

    /// <summary>Creates one for one of the messages.</summary>
    /// <param name="context">What the runtime gave the exporter.</param>
    /// <param name="options">Its options.</param>
    /// <param name="message">The message, whatever the options say.</param>
    /// <param name="report">Where it counts what it leaves out.</param>
    public SampleEncoder(ComponentContext context, PrometheusRemoteWriteExporterOptions options, RemoteWriteMessage message, RemoteWriteReport report)
    {
        var buffers = context.Pool.Buffers;
        var isSecond = message == RemoteWriteMessage.Request;
        _options = options;
        _time = context.Time;
        _startedAt = _time.GetTimestamp();
        _names = new NameTranslation(options.Strategy, options.Namespace);
        _report = report;
        _symbols = isSecond ? new SymbolTable() : null;
        _isCustom = isSecond && options.ConvertHistogramsToNhcb;
        _sourcesBySpan = _sources.GetAlternateLookup<ReadOnlySpan<byte>>();
        _streamsBySpan = _streams.GetAlternateLookup<ReadOnlySpan<byte>>();
        _pointsBySpan = _points.GetAlternateLookup<ReadOnlySpan<byte>>();
        _native = new NativeHistogram(buffers, seriesField: isSecond ? 3 : 4);
        _exemplars = new ExemplarFields(buffers, areStored: isSecond);
        _metadata = new PooledBufferWriter(buffers, "remote write metadata");
        Body = _symbols is null ? new WriteRequestBody(buffers, options.MaxBatchSizeBytes) : new RequestBody(buffers, options.MaxBatchSizeBytes, _symbols);
    }

    /// <summary>The series that were encoded.</summary>
    public SeriesBody Body { get; }

    /// <summary>Data points whose labels are kept. To be asked from any thread.</summary>
    public long KnownPoints => Volatile.Read(ref _count);

    /// <summary>Metadata to send in a request of its own; empty for none, as always in remote write 2.0, where every series has its own.</summary>
    public RequestMessage Metadata => new(_metadata.WrittenMemory);

    /// <summary>Begins an attempt: what was encoded and not committed is taken back.</summary>
    public void Begin()
    {
        RollBack();
        Tick();
        Body.Clear();
        _metadata.Clear();
    }

    /// <summary>What is encoded next is of another entry.</summary>
    /// <param name="receivedUnixNano">When it was received: the time of data points that have none.</param>
    /// <param name="isReplay">Whether it was delivered before, long ago: then its samples go as they are, whatever came after them.</param>
    public void BeginEntry(long receivedUnixNano, bool isReplay)
    {
        Body.BeginEntry();
        _report.BeginEntry();
        _entryUndo = _undo.Count;
        _receivedMs = receivedUnixNano / 1_000_000;
        _keepsOrder = !isReplay;
        _source = null;
    }

    /// <summary>Encodes a metric.</summary>
    /// <param name="record">The metric.</param>
    /// <param name="index">Which one of the entry it is.</param>
    public RecordVerdict Encode(in RecordView record, int index)
    {
        var metric = MetricHead.Read(record.Message);
        if (!metric.HasData)
        {
            return metric.Name.IsEmpty ? Refuse([], MetricHead.NoName) : default;
        }

        if (metric.HasTemporality && metric.Temporality != MetricHead.Cumulative)
        {
            return Refuse(metric.Name, metric.Temporality == MetricHead.Delta ? Delta : MetricHead.NoTemporality);
        }

        var stream = StreamOf(SourceOf(in record), in metric);
        if (stream.Name.Length == 0)
        {
            return Refuse(metric.Name, MetricHead.NoExposedName);
        }

        Describe(stream);
        (_record, _sent, _duplicates, _refusal) = (index, 0, 0, null);
        foreach (var message in new RepeatedField(metric.Data, OtlpFields.MetricData.DataPoints))
        {
            _reader.Key.Clear();
            _reader.Key.Append(stream.Id);
            var fault = !_reader.TryRead(stream.Kind, message) ? MetricHead.Malformed
                : stream.Kind == DataKind.ExponentialHistogram ? NativeHistogram.FindFault(_reader) : null;
            if (fault is null)
            {
                Encode(stream, message);
            }
            else
            {
                _refusal = fault;
                _report.CannotBeSent(stream.Name, fault);
            }
        }

        return new RecordVerdict(_refusal, IsDuplicate: _sent == 0 && _duplicates > 0);
    }

    /// <summary>Encodes what goes with the entry as a whole: <c>target_info</c> of its resources.</summary>
    public void EndEntry()
    {
        foreach (var target in _targets)
        {
            if (target.PendingMs > target.Time.LastMs)
            {
                Advance(target.Time, (ulong)target.PendingMs * 1_000_000, print: 0, writer: null);
                Body.BeginPoint(NoRecord, target.Time);
                Body.WriteSample(target.Labels, 1, target.PendingMs, startMs: 0);
            }

            target.PendingMs = 0;
        }

        _targets.Clear();
    }

    /// <summary>Says that what was encoded is sent.</summary>
    /// <param name="withoutEntry">Whether the entry at hand is not.</param>
    public void Commit(bool withoutEntry)
    {
        var count = withoutEntry ? _entryUndo : _undo.Count;
        _undo.RemoveRange(0, count);
        _entryUndo -= Math.Min(count, _entryUndo);
        _report.Commit(withoutEntry);
    }

    /// <summary>Returns the memory that it needs while it works, and no other.</summary>
    public void End()
    {
        Body.Dispose();
        _native.Dispose();
        _exemplars.Dispose();
        _metadata.Dispose();
    }

    public void Dispose() => End();

    private RecordVerdict Refuse(ReadOnlySpan<byte> name, string reason)
    {
        _report.CannotBeSent(name, reason);
        return new RecordVerdict(reason);
    }

    private void RollBack()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            var (series, lastUnixNano, lastPrint, writer) = _undo[i];
            (series.LastUnixNano, series.LastPrint, series.Writer) = (lastUnixNano, lastPrint, writer);
        }

        if (_undo.Count > 0)
        {
            ForgetMetadata();
        }

        foreach (var target in _targets)
        {
            target.PendingMs = 0;
        }

        _targets.Clear();
        _undo.Clear();
        _entryUndo = 0;
        _report.RollBack();
    }

    private void Encode(MetricStream stream, ReadOnlySpan<byte> message)
    {
        var timeMs = _reader.TimeUnixNano == 0 ? _receivedMs : (long)(_reader.TimeUnixNano / 1_000_000);
        if (timeMs > _latestMs)
        {
            _report.Count(LeftOut.TooFarAhead, stream);
            _refusal = TooFarAhead;
            return;
        }

        if (!_pointsBySpan.TryGetValue(_reader.Key.Span, out var point))
        {
            point = Create(stream);
        }

        (stream.SeenMs, stream.Source.SeenMs, point.SeenMs, point.Time.SeenMs) = (_nowMs, _nowMs, _nowMs, _nowMs);
        if (!Admits(stream, point, timeMs))
        {
            return;
        }

        Target(stream.Source, timeMs);
        Body.BeginPoint(_record, point.Time);
        _sent++;
        _startMs = StartOf(stream, point.Time, timeMs);
        switch (stream.Kind)
        {
            case DataKind.Histogram when _isCustom:
                _exemplars.Read(message, stream.Kind, [], timeMs, _latestMs);
                _native.EncodeCustom(_reader, timeMs, _startMs);
                Body.WriteSeries(point.Value, _native.Field, _exemplars.All);
                break;
            case DataKind.Histogram:
                EncodeHistogram(stream, point, message, timeMs);
                break;
            case DataKind.ExponentialHistogram:
                _exemplars.Read(message, stream.Kind, [], timeMs, _latestMs);
                _native.Encode(_reader, timeMs, _startMs);
                Body.WriteSeries(point.Value, _native.Field, _exemplars.All);
                break;
            case DataKind.Summary:
                EncodeSummary(stream, point, timeMs);
                break;
            default:
                _exemplars.Read(message, stream.Kind, [], timeMs, _latestMs);
                Body.WriteSample(point.Value, Or(_reader.Number.Value), timeMs, _startMs, _exemplars.All);
                break;
        }
    }

    /// <summary>
    /// When a data point began to be counted, in milliseconds since 1970; 0 where nothing is counted, it does not say, or says that it does not know: by
    /// the time of the first data point of that start.
    /// </summary>
    private long StartOf(MetricStream stream, SeriesTime series, long timeMs)
    {
        var startMs = (long)(_reader.StartUnixNano / 1_000_000);
        if (_symbols is null || !stream.IsCounted || _reader.HasNoValue)
        {
            return 0;
        }

        if (startMs >= timeMs)
        {
            series.UnknownStartMs = startMs;
        }

        return startMs == series.UnknownStartMs ? 0 : startMs;
    }

    /// <summary>Whether a sample goes after the last one of its series. What does not is refused, unless it is that one again.</summary>
    private bool Admits(MetricStream stream, CachedPoint point, long timeMs)
    {
        var series = point.Time;
        if (!_keepsOrder)
        {
            return true;
        }

        var print = PointPrint.Of(_reader, stream.Kind);
        var unixNano = _reader.TimeUnixNano == 0 ? (ulong)timeMs * 1_000_000 : _reader.TimeUnixNano;
        if (timeMs > series.LastMs)
        {
            if (IsWrittenWithOthers(point, stream.Kind, timeMs))
            {
                _report.CountOtherAttributes(stream, point.Attributes, PointReader.AttributesField(stream.Kind));
                _refusal = OtherAttributes;
                return false;
            }

            Advance(series, unixNano, print, point);
            return true;
        }

        if (timeMs < series.LastMs)
        {
            _report.Count(LeftOut.OutOfOrder, stream);
            _refusal = OutOfOrder;
        }
        else if (print != series.LastPrint)
        {
            var isFiner = unixNano != series.LastUnixNano;
            _report.Count(LeftOut.Conflicting, stream, isFiner);
            _refusal = isFiner ? SameMillisecond : Conflicting;
        }
        else
        {
            _report.Count(LeftOut.Duplicate, stream);
            _duplicates++;
        }

        return false;
    }

    /// <summary>
    /// Whether the series of a data point is written with other attributes of the same metric: those that were there first write it, until they end or are
    /// silent. What comes of another source goes on with it at once, since a process that starts again may be one.
    /// </summary>
    private static bool IsWrittenWithOthers(CachedPoint point, DataKind kind, long timeMs)
    {
        var series = point.Time;
        return series.Writer is { } writer
            && writer != point
            && writer.StreamId == point.StreamId
            && series.LastPrint != PointPrint.Stale
            && timeMs <= series.LastMs + TakeOverAfterMs
            && !AreSame(writer.Attributes, point.Attributes, PointReader.AttributesField(kind));
    }

    /// <summary>Whether two sets of attributes are the same, in whatever order.</summary>
    private static bool AreSame(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int field)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        foreach (var attribute in new AttributeEnumerator(left, field))
        {
            if (!AttributeEnumerator.TryFindEncoded(right, field, attribute.Key, out var value) || !value.SequenceEqual(attribute.EncodedValue))
            {
                return false;
            }
        }

        return true;
    }

    private void Advance(SeriesTime series, ulong unixNano, ulong print, CachedPoint? writer)
    {
        _undo.Add((series, series.LastUnixNano, series.LastPrint, series.Writer));
        (series.LastUnixNano, series.LastPrint, series.Writer) = (unixNano, print, writer);
    }

    private void Target(MetricSource source, long timeMs)
    {
        if (source.Target is not { } target || !_keepsOrder)
        {
            return;
        }

        if (target.PendingMs == 0)
        {
            _targets.Add(target);
        }

        target.PendingMs = Math.Max(target.PendingMs, timeMs);
    }
}
