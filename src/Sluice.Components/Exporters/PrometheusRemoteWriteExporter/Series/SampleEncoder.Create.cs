using System.Text;
using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.Prometheus.Sources;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Prometheus;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <content>Sources, metrics and series that are new, and those that are forgotten.</content>
internal sealed partial class SampleEncoder
{
    /// <summary>The number of the type of <c>target_info</c>.</summary>
    private const int InfoType = 6;

    private const long MetadataPeriodMs = 60_000;
    private const long SweepPeriodMs = 60_000;

    /// <summary>A series that is silent for so long is forgotten, and made anew when it comes back.</summary>
    private const long ForgetAfterMs = 15 * 60_000;

    /// <summary>Series that are known at once; senders make them.</summary>
    private const int MaxPoints = 2_000_000;

    private readonly Dictionary<byte[], MetricSource> _sources = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], MetricStream> _streams = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], CachedPoint> _points = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], SeriesTime> _times = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], MetricSource>.AlternateLookup<ReadOnlySpan<byte>> _sourcesBySpan;
    private readonly Dictionary<byte[], MetricStream>.AlternateLookup<ReadOnlySpan<byte>> _streamsBySpan;
    private readonly Dictionary<byte[], CachedPoint>.AlternateLookup<ReadOnlySpan<byte>> _pointsBySpan;
    private int _nextId;
    private int _count;
    private long _sweptMs;

    /// <summary>What was sent of metadata before may not have arrived.</summary>
    private long _metadataEpochMs = long.MinValue;

    private MetricSource SourceOf(in RecordView record)
    {
        if (_source is null || record.Envelope.Scope != _scope)
        {
            (_source, _scope) = (FindSource(in record), record.Envelope.Scope);
        }

        return _source;
    }

    private MetricSource FindSource(in RecordView record)
    {
        _key.Clear();
        _key.Append(record.Resource.Length);
        _key.Append(record.Resource);
        _key.Append(record.Scope.Length);
        _key.Append(record.Scope);
        _key.Append(record.ScopeSchemaUrl);
        if (_sourcesBySpan.TryGetValue(_key.Span, out var source))
        {
            return source;
        }

        var resource = ResourceFacts.Read(record.Resource);
        var key = _key.Span.ToArray();
        var scope = _options.DisableScopeInfo ? [] : ScopeLabels.Read(record.Scope, record.ScopeSchemaUrl);
        source = new MetricSource(_nextId++, key, resource, scope, TargetOf(resource)) { SeenMs = _nowMs };
        _sources.Add(key, source);
        return source;
    }

    private TargetSeries? TargetOf(ResourceFacts resource)
    {
        if (!_options.TargetInfo.Enabled || !resource.HasMore || (resource.Job.Length == 0 && resource.Instance.Length == 0))
        {
            return null;
        }

        var labels = new LabelSet(_names);
        AddIdentity(labels, resource);
        foreach (var (key, value) in resource.Attributes)
        {
            if (!ResourceFacts.Identifying.Contains(key))
            {
                labels.AddAttribute(key, value);
            }
        }

        var encoded = LabelsOf(labels, Describe(InfoType, "Target metadata", "")).Encode("target_info");
        return new TargetSeries(encoded, TimeOf(encoded));
    }

    private MetricStream StreamOf(MetricSource source, in MetricHead metric)
    {
        _key.Clear();
        _key.Append(source.Id);
        _key.Append(((int)metric.Kind << 8) | (metric.IsMonotonic ? 1 : 0));
        _key.Append(metric.Unit.Length);
        _key.Append(metric.Unit);
        _key.Append(metric.Name);
        if (_streamsBySpan.TryGetValue(_key.Span, out var stream))
        {
            return stream;
        }

        var unit = Encoding.UTF8.GetString(metric.Unit);
        var type = metric.Type;
        var name = _names.Metric(Encoding.UTF8.GetString(metric.Name), unit, type, metric.Kind == DataKind.Sum);
        stream = new MetricStream(_nextId++, _key.Span.ToArray(), source, metric.Kind, name, MetadataOf(name, type, metric.Description, _names.Unit(unit)))
        {
            IsCounted = type != SeriesType.Gauge,
            Described = Describe(TypeOf(type), Encoding.UTF8.GetString(metric.Description), _names.Unit(unit)),
            SeenMs = _nowMs,
        };
        _streams.Add(stream.Key, stream);
        return stream;
    }

    /// <summary>Field 3 of the request: type (1), name (2), help (4) and unit (5).</summary>
    private byte[] MetadataOf(string name, SeriesType type, ReadOnlySpan<byte> help, string unit)
    {
        if (!_options.SendMetadata || _symbols is not null || name.Length == 0)
        {
            return [];
        }

        var start = _metadata.Length;
        var writer = new ProtoWriter(_metadata);
        var mark = writer.BeginMessage(3);
        writer.Varint(1, (ulong)TypeOf(type));
        writer.Bytes(2, Encoding.UTF8.GetBytes(name));
        writer.Bytes(4, help);
        writer.Bytes(5, Encoding.UTF8.GetBytes(unit));
        writer.EndMessage(mark);
        var metadata = _metadata.WrittenSpan[start..].ToArray();
        _metadata.Truncate(start);
        return metadata;
    }

    /// <summary>The number of a type, the same in both messages.</summary>
    private static int TypeOf(SeriesType type) => type switch { SeriesType.Counter => 1, SeriesType.Gauge => 2, SeriesType.Histogram => 3, _ => 5 };

    private SeriesMetadata Describe(int type, string help, string unit) =>
        _symbols is null ? default : new SeriesMetadata(type, _symbols.Intern(help), _symbols.Intern(unit));

    /// <summary>What was sent of metadata did not arrive, or may not have: it comes again.</summary>
    public void ForgetMetadata() => _metadataEpochMs = _nowMs;

    private void Describe(MetricStream stream)
    {
        if (stream.Metadata.Length > 0 && (stream.MetadataMs is not { } sent || sent <= _metadataEpochMs || _nowMs - sent >= MetadataPeriodMs))
        {
            stream.MetadataMs = _nowMs;
            _metadata.Write(stream.Metadata);
        }
    }

    private CachedPoint Create(MetricStream stream)
    {
        if (_points.Count >= MaxPoints)
        {
            Forget(_nowMs);
        }

        var labels = PointLabels(stream);
        var key = _reader.Key.Span.ToArray();
        var isPlain = stream.Kind != DataKind.Summary && (stream.Kind != DataKind.Histogram || _isCustom);
        var (value, sum, count) = isPlain
            ? (labels.Encode(stream.Name), [], (byte[])[])
            : ((byte[])[], labels.Encode(stream.Name + "_sum"), labels.Encode(stream.Name + "_count"));
        var point = new CachedPoint(key, TimeOf(isPlain ? value : count)) { Value = value, Sum = sum, Count = count };
        _points.Add(key, point);
        Volatile.Write(ref _count, _points.Count);
        return point;
    }

    /// <summary>Makes the labels of the buckets or quantiles of the data point at hand.</summary>
    private void Remake(MetricStream stream, CachedPoint point, double[] numbers, string suffix, string label, bool withInfinity)
    {
        var labels = PointLabels(stream);
        var values = withInfinity ? numbers.Append(double.PositiveInfinity) : numbers;
        point.Numbers = numbers;
        point.Parts = [.. values.Select(number => labels.Encode(stream.Name + suffix, label, SeriesLabels.Number(number)))];
    }

    private SeriesLabels PointLabels(MetricStream stream)
    {
        var labels = new LabelSet(_names);
        AddIdentity(labels, stream.Source.Resource);
        foreach (var (name, value) in stream.Source.ScopeLabels)
        {
            labels.Add(_names.Label(name), value);
        }

        if (stream.Kind == DataKind.Histogram && !_isCustom)
        {
            labels.Reserve("le");
        }
        else if (stream.Kind == DataKind.Summary)
        {
            labels.Reserve("quantile");
        }

        foreach (var attribute in new AttributeEnumerator(_reader.Key.Span[sizeof(int)..], PointReader.AttributesField(stream.Kind)))
        {
            labels.AddAttribute(Encoding.UTF8.GetString(attribute.Key), AttributeText.Of(attribute.Value));
        }

        foreach (var (key, value) in stream.Source.Resource.Attributes)
        {
            if (_options.ResourceToTelemetryConversion.Includes(key))
            {
                labels.AddAttribute(key, value);
            }
        }

        return LabelsOf(labels, stream.Described);
    }

    private static void AddIdentity(LabelSet labels, ResourceFacts resource)
    {
        if (resource.Job.Length > 0)
        {
            labels.Add("job", resource.Job);
        }

        if (resource.Instance.Length > 0)
        {
            labels.Add("instance", resource.Instance);
        }
    }

    private SeriesLabels LabelsOf(LabelSet labels, SeriesMetadata metadata)
    {
        var all = labels.Resolve();
        foreach (var (name, value) in _options.ExternalLabels)
        {
            all.TryAdd(_names.Label(name), value);
        }

        return new SeriesLabels(all, _symbols, metadata);
    }

    /// <summary>The time of a series, which several sources may write.</summary>
    private SeriesTime TimeOf(byte[] labels)
    {
        var identity = _symbols is null ? labels : SeriesHeader.IdentityOf(labels).ToArray();
        if (!_times.TryGetValue(identity, out var time))
        {
            _times.Add(identity, time = new SeriesTime());
        }

        time.SeenMs = _nowMs;
        return time;
    }

    /// <summary>Takes the times, and forgets now and then what is too old. Between attempts only: nothing of a batch is forgotten meanwhile.</summary>
    private void Tick()
    {
        _nowMs = (long)_time.GetElapsedTime(_startedAt).TotalMilliseconds;
        _latestMs = SampleTime.LatestUnixMs(_time);
        if (_nowMs - _sweptMs >= SweepPeriodMs)
        {
            _sweptMs = _nowMs;
            Forget(_nowMs - ForgetAfterMs);
            if (_symbols is { IsSweepDue: true })
            {
                ForgetSymbols(_symbols);
            }
        }
    }

    private void Forget(long beforeMs)
    {
        foreach (var point in _points.Values.Where(point => point.SeenMs <= beforeMs))
        {
            _points.Remove(point.Key);
        }

        foreach (var stream in _streams.Values.Where(stream => stream.SeenMs <= beforeMs))
        {
            _streams.Remove(stream.Key);
        }

        foreach (var source in _sources.Values)
        {
            if (source.SeenMs <= beforeMs)
            {
                _sources.Remove(source.Key);
            }
            else if (source.Target is { } target)
            {
                target.Time.SeenMs = Math.Max(target.Time.SeenMs, source.SeenMs);
            }
        }

        foreach (var (labels, time) in _times)
        {
            if (time.SeenMs <= beforeMs)
            {
                _times.Remove(labels);
            }
        }

        Volatile.Write(ref _count, _points.Count);
    }

    /// <summary>Forgets strings that no series has any more.</summary>
    private void ForgetSymbols(SymbolTable symbols)
    {
        symbols.BeginSweep();
        foreach (var point in _points.Values)
        {
            SeriesHeader.Mark(point.Value, symbols);
            SeriesHeader.Mark(point.Sum, symbols);
            SeriesHeader.Mark(point.Count, symbols);
            foreach (var part in point.Parts ?? [])
            {
                SeriesHeader.Mark(part, symbols);
            }
        }

        foreach (var identity in _times.Keys)
        {
            SeriesHeader.MarkLabels(identity, symbols);
        }

        foreach (var source in _sources.Values)
        {
            if (source.Target is { } target)
            {
                SeriesHeader.Mark(target.Labels, symbols);
            }
        }

        foreach (var stream in _streams.Values)
        {
            symbols.Mark(stream.Described.Help);
            symbols.Mark(stream.Described.Unit);
        }

        symbols.EndSweep();
    }
}
