using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;
using Sluice.Components.Connectors.SpanMetricsConnector.Durations;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>All series and the resources they belong to, found by their keys.</summary>
internal sealed class SeriesStore
{
    /// <summary>Series in all: about 100 MB of them with their state.</summary>
    private const int MaxSeries = 200_000;

    /// <summary>How many times <c>resource_metrics_cache_size</c> resources may be kept until the next time the metrics are given out.</summary>
    private const int ResourceSlack = 10;

    private readonly SpanMetricsConnectorOptions _options;
    private readonly double[] _bounds;
    private readonly Dictionary<byte[], ResourceGroup> _groups = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], ResourceGroup>.AlternateLookup<ReadOnlySpan<byte>> _findGroup;
    private uint _nextId = 1;

    public SeriesStore(SpanMetricsConnectorOptions options)
    {
        _options = options;
        _findGroup = _groups.GetAlternateLookup<ReadOnlySpan<byte>>();
        var unit = options.Histogram.Unit == DurationUnit.Seconds ? 1e9 : 1e6;
        _bounds = [.. (options.Histogram.Explicit ?? new ExplicitOptions()).Buckets.Select(bound => bound.Ticks * TimeSpan.NanosecondsPerTick / unit)];
    }

    public IReadOnlyCollection<ResourceGroup> Groups => _groups.Values;

    public int SeriesCount { get; private set; }

    /// <summary>How often a resource was found to be one too many.</summary>
    public long RefusedGroups { get; private set; }

    /// <summary>Whether a resource may have one more series of a kind.</summary>
    public bool HasRoom(ResourceGroup group, SeriesKind kind) =>
        SeriesCount < MaxSeries && (_options.AggregationCardinalityLimit == 0 || group.Counts[(int)kind] < _options.AggregationCardinalityLimit);

    /// <summary>Makes a series.</summary>
    public SpanSeries Add(ResourceGroup group, SeriesKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> attributes, uint id = 0)
    {
        var series = new SpanSeries(id == 0 ? _nextId++ : id, group, kind, key.ToArray(), attributes.ToArray(), CreateDurations(kind), CreateExamples());
        _nextId = Math.Max(_nextId, series.Id + 1);
        SeriesCount++;
        group.Series.Add(series);
        group.Table.Add(series);
        group.Counts[(int)kind] += SeriesIdentity.IsOverflow(key) ? 0 : 1;
        return series;
    }

    /// <summary>Forgets a series that was taken out of the list of its group.</summary>
    public void Remove(SpanSeries series)
    {
        SeriesCount--;
        series.Group.Table.Remove(series);
        series.Group.Counts[(int)series.Kind] -= SeriesIdentity.IsOverflow(series.Key) ? 0 : 1;
    }

    /// <summary>Finds or makes the group of a resource.</summary>
    public ResourceGroup Group(ReadOnlySpan<byte> key, ReadOnlySpan<byte> resource)
    {
        if (_findGroup.TryGetValue(key, out var group))
        {
            return group;
        }

        if (_groups.Count < (long)ResourceSlack * _options.ResourceMetricsCacheSize || key.IsEmpty)
        {
            return AddGroup(key, resource);
        }

        // More resources than anybody has: those beyond are counted together, under none.
        RefusedGroups++;
        return Group([], []);
    }

    /// <summary>Makes the group of a resource.</summary>
    public ResourceGroup AddGroup(ReadOnlySpan<byte> key, ReadOnlySpan<byte> resource, uint id = 0)
    {
        var group = new ResourceGroup(id == 0 ? _nextId++ : id, key.ToArray(), resource.ToArray());
        _nextId = Math.Max(_nextId, group.Id + 1);
        _groups.Add(group.Key, group);
        return group;
    }

    /// <summary>Forgets a group; its series were removed before.</summary>
    public void Remove(ResourceGroup group) => _groups.Remove(group.Key);

    private DurationHistogram? CreateDurations(SeriesKind kind)
    {
        if (_options.Histogram.Disable || kind is SeriesKind.Calls or SeriesKind.Events)
        {
            return null;
        }

        return _options.Histogram.Exponential is { } exponential ? new ExponentialHistogram(exponential.MaxSize) : new ExplicitHistogram(_bounds);
    }

    private SpanExample[] CreateExamples() => _options.Exemplars.Enabled ? new SpanExample[_options.Exemplars.MaxPerDataPoint] : [];
}
