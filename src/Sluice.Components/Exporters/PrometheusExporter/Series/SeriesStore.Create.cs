using System.Text;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.Prometheus.Sources;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Components.Exporters.PrometheusExporter.Snapshots;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <content>Sources, metrics and series that are new.</content>
internal sealed partial class SeriesStore
{
    private MetricSource SourceOf(ReadOnlySpan<byte> resource, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> schemaUrl)
    {
        _key.Clear();
        _key.Append(resource.Length);
        _key.Append(resource);
        _key.Append(scope.Length);
        _key.Append(scope);
        _key.Append(schemaUrl);
        if (!_sourcesBySpan.TryGetValue(_key.Span, out var source))
        {
            var key = _key.Span.ToArray();
            source = new MetricSource(_nextId++, key, ResourceFacts.Read(resource), _options.WithoutScopeInfo ? [] : ScopeLabels.Read(scope, schemaUrl));
            source.SeenMs = _nowMs;
            if (!IsFull)
            {
                Keep(source);
            }
        }

        return source;
    }

    /// <summary>
    /// Whether there is no room for more. Then sources and streams are kept only when they write a series that is there, as one that was restarted
    /// does: else senders could fill the memory with what has no series.
    /// </summary>
    private bool IsFull => _points.Count >= _maxSeries || !HasRoomForStreams;

    private bool HasRoomForStreams => _streams.Count < _maxSeries && _sources.Count < _maxSeries;

    private void Keep(MetricSource source)
    {
        source.IsKept = true;
        _sources.Add(source.Key, source);
    }

    /// <returns>False when there is no room for it.</returns>
    private bool TryKeep(MetricStream stream)
    {
        if (stream.IsKept)
        {
            return true;
        }

        if (!HasRoomForStreams)
        {
            return false;
        }

        if (!stream.Source.IsKept)
        {
            Keep(stream.Source);
        }

        stream.IsKept = true;
        _streams.Add(stream.Key, stream);
        stream.Source.Streams++;
        return true;
    }

    /// <returns>Null when nothing is left of the metric's name.</returns>
    private MetricStream? StreamOf(MetricSource source, in MetricHead metric)
    {
        _key.Clear();
        _key.Append((ulong)source.Id);
        _key.Append(((int)metric.Kind << 8) | (metric.Temporality << 1) | (metric.IsMonotonic ? 1 : 0));
        _key.Append(metric.Unit.Length);
        _key.Append(metric.Unit);
        _key.Append(metric.Name);
        if (_streamsBySpan.TryGetValue(_key.Span, out var stream))
        {
            return stream;
        }

        var (name, unit) = (Encoding.UTF8.GetString(metric.Name), Encoding.UTF8.GetString(metric.Unit));
        var type = metric.Type;
        var exposed = _names.Metric(name, unit, type, metric.Kind == DataKind.Sum);
        if (exposed.Length == 0)
        {
            return null;
        }

        var text = $"{name} of {source}";
        var family = FamilyOf(exposed, type, _names.Unit(unit), Encoding.UTF8.GetString(metric.Description), text);
        var isDelta = metric.HasTemporality && metric.Temporality == MetricHead.Delta;
        stream = new MetricStream(_nextId++, _key.Span.ToArray(), source, name, metric.Kind, metric.Unit.ToArray(), metric.IsMonotonic, isDelta, family)
        {
            SeenMs = _nowMs,
        };
        if (!IsFull)
        {
            TryKeep(stream);
        }

        return stream;
    }

    /// <returns>Null when it conflicts with another one.</returns>
    private MetricFamily? FamilyOf(string name, SeriesType type, string unit, string help, string stream)
    {
        if (_families.TryGetValue(name, out var family) && family.Type == type)
        {
            return family;
        }

        var made = new MetricFamily(_nextId++, name, type, unit, help, stream);
        foreach (var reserved in made.ReservedNames())
        {
            var other = _reservedNames.GetValueOrDefault(reserved)
                ?? (reserved is TargetInfo.SampleName or TargetInfo.MetricName ? new MetricFamily(_nextId++, TargetInfo.SampleName, SeriesType.Info, "", "", "every resource") : null);
            if (other is null)
            {
                continue;
            }

            // Of a stream that is not kept nobody would remember that it was reported.
            if (!IsFull)
            {
                _report.Conflict(name, stream, type.ToString(), other);
            }

            return null;
        }

        if (IsFull)
        {
            return made;
        }

        foreach (var reserved in made.ReservedNames())
        {
            _reservedNames.Add(reserved, made);
        }

        _families.Add(name, made);
        return made;
    }

    /// <summary>The series of the data point at hand, by its labels: in which order its attributes come makes no difference.</summary>
    /// <param name="stream">Whose data point it is.</param>
    /// <param name="isRestored">Whether it is what was saved up to the position at hand, rather than of a record there.</param>
    /// <returns>Null when there is no room or no place for it, or when what was saved of the series tells of the record at hand already.</returns>
    private MetricPoint? FindOrCreate(MetricStream stream, bool isRestored = false)
    {
        _attributes.Read(_reader.Key, PointReader.AttributesField(stream.Kind));
        var plan = stream.Plan;
        if (plan is null || !plan.Fits(_attributes))
        {
            stream.Plan = plan = _planner.PlanFor(stream.Source, stream.Kind, _attributes);
        }

        plan.SeenMs = _nowMs;
        _values.Clear();
        plan.AppendValues(_attributes, _values);
        var frame = plan.FrameFor(_attributes);
        var hash = PointIndex.HashOf(stream.Family!, frame, _values.Span);
        var point = _points.Find(stream.Family!, frame, _values.Span, hash);
        if (point?.Saved is { } saved && (_position < saved.Covered || (isRestored && _position == saved.Covered)))
        {
            // Whatever its buckets are: what becomes of it was decided when it came first, by what the series was then.
            return null;
        }

        var isOther = point is not null && point is ExponentialPoint != (stream.Kind == DataKind.ExponentialHistogram);

        // Of two histograms the one that began later is the one to come, or the one that is left.
        if (isOther && !isRestored && !IsSilent(point!) && _reader.StartUnixNano <= point!.StartUnixNano)
        {
            _report.Duplicate(point, stream);
            return null;
        }

        if ((point is null && _points.Count >= _maxSeries) || !TryKeep(stream))
        {
            _report.Limit(stream, _maxSeries);
            return null;
        }

        if (point is not null && !isOther)
        {
            return point;
        }

        if (point is not null)
        {
            Replace(point);
            Remove(point);
        }

        var made = Create(stream, frame, hash);
        if (point is not null && stream.IsDelta)
        {
            made?.BeginAfter(_reader.StartUnixNano, point);
        }

        return made;
    }

    /// <summary>Makes the series of the data point at hand.</summary>
    /// <param name="stream">Whose data point it is.</param>
    /// <param name="frame">What it has in common with others of its labels.</param>
    /// <param name="hash">The hash of metric and labels.</param>
    /// <returns>Null when its metric has no room for it.</returns>
    private MetricPoint? Create(MetricStream stream, LabelFrame frame, int hash)
    {
        var family = stream.Family!;
        if (_options.MaxSeriesPerMetric > 0 && family.Points.Count >= _options.MaxSeriesPerMetric)
        {
            _report.Limit(family, stream, _options.MaxSeriesPerMetric);
            return null;
        }

        var values = _values.Span.ToArray();
        MetricPoint point = stream.Kind switch
        {
            DataKind.Histogram => new HistogramPoint(frame, values, hash, stream),
            DataKind.ExponentialHistogram => new ExponentialPoint(frame, values, hash, stream),
            DataKind.Summary => new SummaryPoint(frame, values, hash, stream),
            _ => new NumberPoint(frame, values, hash, stream),
        };
        point.AttributesPrint = stream.Plan!.PrintOf(_attributes);
        point.SeenMs = _nowMs;
        frame.Users++;
        family.Points.Add(point);
        _points.Add(point);
        Volatile.Write(ref _count, _points.Count);
        return point;
    }

    /// <summary>Forgets one series.</summary>
    private void Remove(MetricPoint point)
    {
        point.Family.Points.RemoveAll(other => other == point);
        LetGo(point);
    }

    /// <summary>Lets go of a series that its metric does not have any more.</summary>
    private void LetGo(MetricPoint point)
    {
        _points.Remove(point);
        point.Frame.Users--;
        Unsave(point);
        Volatile.Write(ref _count, _points.Count);
    }
}
