using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.Prometheus.Sources;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <content><c>target_info</c>, and what is too old.</content>
internal sealed partial class SeriesStore
{
    private const int SweepsPerExpiration = 10;

    private readonly Dictionary<string, (ResourceFacts Resource, long SeenMs)> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceFacts, byte[]> _targetLabels = new(ReferenceEqualityComparer.Instance);
    private Func<bool>? _isCaughtUp;
    private long _clockStart;
    private long _resumedMs;
    private long _sweptMs;

    /// <summary>The attributes of every resource that has series, but those that job and instance say. Of several with the same, of the last.</summary>
    private IEnumerable<byte[]> Targets(NameEscaping escaping)
    {
        _targets.Clear();
        foreach (var source in _sources.Values)
        {
            var resource = source.Resource;
            if (source.Streams > 0 && (resource.Job.Length > 0 || resource.Instance.Length > 0)
                && (!_targets.TryGetValue(resource.Identity, out var other) || other.SeenMs < source.SeenMs))
            {
                _targets[resource.Identity] = (resource, source.SeenMs);
            }
        }

        var isPlain = KeepsNames(escaping);
        foreach (var (resource, _) in _targets.Values)
        {
            if (!_targetLabels.TryGetValue(resource, out var labels))
            {
                labels = TargetLabelsOf(resource);
                _targetLabels.Add(resource, labels);
            }

            if (labels.Length > 0)
            {
                yield return isPlain ? labels : LabelText.Escape(labels, escaping);
            }
        }
    }

    /// <returns>Empty when it has no attributes but the identifying ones.</returns>
    private byte[] TargetLabelsOf(ResourceFacts resource)
    {
        var labels = new LabelSet(_names);
        foreach (var (name, value) in _planner.IdentityOf(resource))
        {
            labels.Add(name, value);
        }

        var any = false;
        foreach (var (key, value) in resource.Attributes)
        {
            if (!ResourceFacts.Identifying.Contains(key))
            {
                labels.AddAttribute(key, value);
                any = true;
            }
        }

        return any ? labels.Encode() : [];
    }

    /// <summary>
    /// Takes the time, and forgets now and then what is too old. The store has a clock of its own, which goes on only while it runs: nobody can set
    /// it, so that neither does a sum expire because the machine's clock was set, nor does what is silent stay. It stands still until what the journal
    /// held at the start has come: how long that takes tells nothing of how long a series was silent.
    /// </summary>
    private void Tick()
    {
        if (_isCaughtUp is not null)
        {
            _clockStart = _time.GetTimestamp();
            _isCaughtUp = _isCaughtUp() ? null : _isCaughtUp;
        }

        _nowMs = _resumedMs + (long)_time.GetElapsedTime(_clockStart).TotalMilliseconds;
        var expiration = (long)_options.MetricExpiration.TotalMilliseconds;
        if (_nowMs - _sweptMs >= Math.Min(expiration / SweepsPerExpiration, 30_000))
        {
            _sweptMs = _nowMs;
            Forget(_nowMs - expiration);
        }
    }

    /// <summary>Lets the clock go on from where it was when the last of what was saved came.</summary>
    private void ResumeClock(long savedMs)
    {
        (_resumedMs, _clockStart, _sweptMs) = (savedMs, _time.GetTimestamp(), savedMs);
        Tick();
    }

    /// <summary>Forgets series without a data point since then, and streams and sources that are left without any.</summary>
    private void Forget(long beforeMs)
    {
        List<MetricFamily>? empty = null;
        foreach (var family in _families.Values)
        {
            family.Points.RemoveAll(point => point.SeenMs <= beforeMs && Forget(point));
            if (family.Points.Count == 0)
            {
                (empty ??= []).Add(family);
            }
        }

        foreach (var stream in _streams.Values)
        {
            if (stream.Plan?.SeenMs <= beforeMs)
            {
                stream.Plan = null;
            }

            if (stream.SeenMs <= beforeMs && stream.SavedSeries == 0)
            {
                _streams.Remove(stream.Key);
                stream.Source.Streams--;
            }
        }

        foreach (var source in _sources.Values)
        {
            _planner.Forget(source, beforeMs);
            if (source.SeenMs <= beforeMs && source.Streams == 0)
            {
                _planner.Forget(source, long.MaxValue);
                _sources.Remove(source.Key);
                _targetLabels.Remove(source.Resource);
            }
        }

        _planner.ForgetUnused();
        if (empty is not null)
        {
            ForgetFamilies(empty);
        }

        _report.HasRoom |= !IsFull;

        bool Forget(MetricPoint point)
        {
            LetGo(point);
            return true;
        }
    }

    /// <summary>Metrics without series give their names free; streams that still point to them or were refused because of one are made anew.</summary>
    private void ForgetFamilies(List<MetricFamily> families)
    {
        foreach (var family in families)
        {
            _families.Remove(family.Name);
            foreach (var reserved in family.ReservedNames())
            {
                _reservedNames.Remove(reserved);
            }
        }

        foreach (var stream in _streams.Values)
        {
            if (stream.Family is null || stream.Family.Points.Count == 0)
            {
                _streams.Remove(stream.Key);
                stream.Source.Streams--;
            }
        }
    }
}
