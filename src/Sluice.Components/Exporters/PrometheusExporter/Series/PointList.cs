namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>
/// The series of a metric, in the order in which they came: in chunks, so that growing leaves no copies to the garbage collector. A view of them
/// stays as it is while the list goes on: series are added behind it, and removing some makes other chunks.
/// </summary>
internal sealed class PointList
{
    private const int ChunkSize = 128;

    /// <summary>What the first chunk begins with: most metrics have few series.</summary>
    private const int SmallestChunk = 4;

    private MetricPoint[][] _chunks = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Those that there are now; what is done to the list later does not change it.</summary>
    public PointView View => new(_chunks, Count);

    /// <summary>Adds a series.</summary>
    public void Add(MetricPoint point)
    {
        var (chunk, index) = Math.DivRem(Count, ChunkSize);
        if (index == 0)
        {
            if (chunk == _chunks.Length)
            {
                Array.Resize(ref _chunks, Math.Max(1, 2 * chunk));
            }

            _chunks[chunk] = new MetricPoint[chunk == 0 ? SmallestChunk : ChunkSize];
        }
        else if (index == _chunks[chunk].Length)
        {
            Array.Resize(ref _chunks[chunk], Math.Min(ChunkSize, 2 * index));
        }

        _chunks[chunk][index] = point;
        Count++;
    }

    /// <summary>Removes those that <paramref name="isGone"/>, which is asked once for each.</summary>
    public void RemoveAll(Predicate<MetricPoint> isGone)
    {
        PointList? kept = null;
        var view = View;
        for (var i = 0; i < view.Count; i++)
        {
            if (!isGone(view[i]))
            {
                kept?.Add(view[i]);
            }
            else if (kept is null)
            {
                kept = new PointList();
                for (var before = 0; before < i; before++)
                {
                    kept.Add(view[before]);
                }
            }
        }

        if (kept is not null)
        {
            (_chunks, Count) = (kept._chunks, kept.Count);
        }
    }

    /// <summary>Some series of a list, which never become others.</summary>
    internal readonly struct PointView(MetricPoint[][] chunks, int count)
    {
        /// <summary>How many there are.</summary>
        public int Count => count;

        /// <summary>One of them.</summary>
        public MetricPoint this[int index] => chunks[index / ChunkSize][index % ChunkSize];
    }
}
