namespace Sluice.Transport.Prometheus;

/// <summary>One combination of labels of a metric. Written from any thread, without locks.</summary>
internal sealed class MetricSeries
{
    private readonly double[] _bounds;
    private readonly long[] _buckets;
    private long _integer;
    private double _real;
    private long _generation;

    /// <param name="tags">The labels as the instrument gave them.</param>
    /// <param name="labels">The same, written for the exposition.</param>
    /// <param name="bounds">Upper bounds of the buckets of a histogram; empty otherwise.</param>
    public MetricSeries(KeyValuePair<string, object?>[] tags, byte[] labels, double[] bounds)
    {
        Tags = tags;
        Labels = labels;
        _bounds = bounds;
        _buckets = bounds.Length == 0 ? [] : new long[bounds.Length + 1];
    }

    public KeyValuePair<string, object?>[] Tags { get; }

    public byte[] Labels { get; }

    /// <summary>The next series of the same bucket of the table.</summary>
    public MetricSeries? Next { get; init; }

    /// <summary>The collection that last observed it.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>Whole part when it was counted in integers; exact up to 64 bits.</summary>
    public long Integer => Volatile.Read(ref _integer);

    /// <summary>What was counted in floating point; the sum of a histogram.</summary>
    public double Real => Volatile.Read(ref _real);

    public void Add(long value) => Interlocked.Add(ref _integer, value);

    public void Add(double value)
    {
        var present = Volatile.Read(ref _real);
        while (true)
        {
            var found = Interlocked.CompareExchange(ref _real, present + value, present);
            if (found.Equals(present))
            {
                return;
            }

            present = found;
        }
    }

    public void Set(long value, long generation)
    {
        Volatile.Write(ref _real, 0);
        Volatile.Write(ref _integer, value);
        Volatile.Write(ref _generation, generation);
    }

    public void Set(double value, long generation)
    {
        Volatile.Write(ref _integer, 0);
        Volatile.Write(ref _real, value);
        Volatile.Write(ref _generation, generation);
    }

    /// <summary>Counts a measurement of a histogram.</summary>
    public void Record(double value)
    {
        var index = Array.BinarySearch(_bounds, value);
        Interlocked.Increment(ref _buckets[index >= 0 ? index : ~index]);
        Add(value);
    }

    /// <summary>Measurements in one bucket of a histogram, not those below it.</summary>
    public long BucketCount(int index) => Volatile.Read(ref _buckets[index]);
}
