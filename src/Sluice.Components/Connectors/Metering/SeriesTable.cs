using Sluice.Buffers;

namespace Sluice.Components.Connectors.Metering;

/// <summary>
/// The series of one resource by their keys. Those in one place are a chain through the series themselves. With thousands of series most of what
/// counting costs is to wait for memory: records come by resource, so its places are near when its next record comes, and what finding a series touches
/// beyond them is what counting in it touches.
/// </summary>
internal sealed class SeriesTable
{
    private MeteredSeries?[] _places = new MeteredSeries?[16];

    public int Count { get; private set; }

    /// <summary>Finds a series.</summary>
    /// <returns>Null when there is none.</returns>
    public MeteredSeries? Find(ReadOnlySpan<byte> key)
    {
        var hash = ByteKeyComparer.Instance.GetHashCode(key);
        var series = PlaceOf(hash);
        while (series is not null && (series.Hash != hash || !key.SequenceEqual(series.Key)))
        {
            series = series.Next;
        }

        return series;
    }

    /// <summary>Adds a series whose key is not there.</summary>
    public void Add(MeteredSeries series)
    {
        // Half of the places stay empty: what stands before a series in its chain is touched in vain.
        if (2 * Count == _places.Length)
        {
            Grow();
        }

        Link(series);
        Count++;
    }

    /// <summary>Removes a series that is there.</summary>
    public void Remove(MeteredSeries series)
    {
        ref var link = ref PlaceOf(series.Hash);
        while (link != series)
        {
            link = ref link!.Next;
        }

        link = series.Next;
        series.Next = null;
        Count--;
    }

    private void Grow()
    {
        var places = _places;
        _places = new MeteredSeries?[2 * places.Length];
        foreach (var first in places)
        {
            for (var series = first; series is not null;)
            {
                var next = series.Next;
                Link(series);
                series = next;
            }
        }
    }

    private void Link(MeteredSeries series)
    {
        ref var first = ref PlaceOf(series.Hash);
        series.Next = first;
        first = series;
    }

    private ref MeteredSeries? PlaceOf(int hash) => ref _places[hash & (_places.Length - 1)];
}
