using Sluice.Buffers;
using Sluice.Journal;

namespace Sluice.Components.Connectors.Metering;

/// <summary>All series and the resources they belong to, found by their keys.</summary>
internal sealed class SeriesStore(SeriesLimits limits, ISeriesFactory factory)
{
    /// <summary>Series in all: about 100 MB of them with their state.</summary>
    private const int MaxSeries = 200_000;

    /// <summary>How many times as many resources as are to be kept may be until the next time the metrics are given out.</summary>
    private const int ResourceSlack = 10;

    private readonly Dictionary<byte[], ResourceGroup> _groups = new(ByteKeyComparer.Instance);
    private uint _nextId = 1;

    public SeriesLimits Limits => limits;

    public IReadOnlyCollection<ResourceGroup> Groups => _groups.Values;

    public int SeriesCount { get; private set; }

    /// <summary>Series that were changed since they were last taken from here.</summary>
    public List<MeteredSeries> Changed { get; } = [];

    /// <summary>The records before this may be in some series already.</summary>
    public RecordId CoveredUntil { get; set; }

    /// <summary>What was counted in a series for what is beyond the limit when it was found there.</summary>
    public long Overflowed { get; set; }

    /// <summary>How often a resource was found to be one too many.</summary>
    public long RefusedGroups { get; private set; }

    /// <summary>Whether a resource may have one more series of a kind.</summary>
    public bool HasRoom(ResourceGroup group, int kind) =>
        SeriesCount < MaxSeries && (limits.CardinalityLimit == 0 || group.Counts[kind] < limits.CardinalityLimit);

    /// <summary>Makes a series.</summary>
    public MeteredSeries Add(ResourceGroup group, int kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> attributes, uint id = 0)
    {
        var series = factory.Create(id == 0 ? _nextId++ : id, group, kind, key.ToArray(), attributes.ToArray());
        _nextId = Math.Max(_nextId, series.Id + 1);
        SeriesCount++;
        group.Series.Add(series);
        group.Table.Add(series);
        group.Counts[kind] += series.IsOverflow ? 0 : 1;
        return series;
    }

    /// <summary>Forgets a series that was taken out of the list of its group.</summary>
    public void Remove(MeteredSeries series)
    {
        SeriesCount--;
        series.Group.Table.Remove(series);
        series.Group.Counts[series.KindNumber] -= series.IsOverflow ? 0 : 1;
    }

    /// <summary>Notes that the state of a series in the table is not what it is.</summary>
    public void MarkChanged(MeteredSeries series)
    {
        if (!series.IsChanged)
        {
            series.IsChanged = true;
            Changed.Add(series);
        }
    }

    /// <summary>Finds or makes the group of a resource.</summary>
    public ResourceGroup Group(ReadOnlySpan<byte> key, ReadOnlySpan<byte> resource)
    {
        if (_groups.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var group))
        {
            return group;
        }

        if (_groups.Count < (long)ResourceSlack * limits.ResourceCacheSize || key.IsEmpty)
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
        var group = new ResourceGroup(id == 0 ? _nextId++ : id, key.ToArray(), resource.ToArray(), factory.Kinds);
        _nextId = Math.Max(_nextId, group.Id + 1);
        _groups.Add(group.Key, group);
        return group;
    }

    /// <summary>Forgets a group; its series were removed before.</summary>
    public void Remove(ResourceGroup group) => _groups.Remove(group.Key);
}
