using Sluice.Components.Exporters.PrometheusExporter.Labels;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>
/// Finds series by metric and labels. A hash table whose buckets are chains of the series themselves: some sixteen bytes for each. It grows and
/// shrinks by one bucket at a time (linear hashing), so that no series waits for all to be moved, and no copy is left to the garbage collector.
/// </summary>
internal sealed class PointIndex
{
    private const int SmallestSize = 16;

    /// <summary>Buckets that are allocated together; a power of two.</summary>
    private const int ChunkSize = 1024;

    private MetricPoint?[]?[] _chunks = [new MetricPoint?[ChunkSize]];

    /// <summary>A power of two, from half of the number of buckets to all of it: those beyond are the upper halves of the first ones.</summary>
    private int _half = SmallestSize;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Buckets that there are.</summary>
    public int Capacity { get; private set; } = SmallestSize;

    /// <summary>The hash of a series. Random per process, since values come from outside.</summary>
    public static int HashOf(MetricFamily family, LabelFrame frame, ReadOnlySpan<byte> values)
    {
        var hash = default(HashCode);
        hash.AddBytes(values);
        hash.Add(family.Id);
        hash.Add(frame.Id);
        return hash.ToHashCode();
    }

    /// <summary>The series with these labels; null when there is none.</summary>
    public MetricPoint? Find(MetricFamily family, LabelFrame frame, ReadOnlySpan<byte> values, int hash)
    {
        for (var point = BucketOf(hash); point is not null; point = point.NextInBucket)
        {
            if (point.Hash == hash && point.Frame == frame && point.Family == family && values.SequenceEqual(point.Values))
            {
                return point;
            }
        }

        return null;
    }

    /// <summary>Adds a series that is not there.</summary>
    public void Add(MetricPoint point)
    {
        if (Count == Capacity)
        {
            Grow();
        }

        ref var bucket = ref BucketOf(point.Hash);
        point.NextInBucket = bucket;
        bucket = point;
        Count++;
    }

    /// <summary>Removes a series that is there.</summary>
    public void Remove(MetricPoint point)
    {
        ref var link = ref BucketOf(point.Hash);
        if (link == point)
        {
            link = point.NextInBucket;
        }
        else
        {
            var before = link!;
            while (before.NextInBucket != point)
            {
                before = before.NextInBucket!;
            }

            before.NextInBucket = point.NextInBucket;
        }

        point.NextInBucket = null;
        Count--;
        while (2 * Count < Capacity && Capacity > SmallestSize)
        {
            Shrink();
        }
    }

    private ref MetricPoint? BucketOf(int hash)
    {
        var number = hash & ((2 * _half) - 1);
        return ref Bucket(number < Capacity ? number : number - _half);
    }

    private ref MetricPoint? Bucket(int number) => ref _chunks[number / ChunkSize]![number % ChunkSize];

    /// <summary>Adds a bucket: the upper half of the first that is not divided.</summary>
    private void Grow()
    {
        if (Capacity == 2 * _half)
        {
            _half = Capacity;
        }

        var (chunk, index) = Math.DivRem(Capacity, ChunkSize);
        if (index == 0)
        {
            if (chunk == _chunks.Length)
            {
                Array.Resize(ref _chunks, 2 * chunk);
            }

            _chunks[chunk] ??= new MetricPoint?[ChunkSize];
        }

        ref var lower = ref Bucket(Capacity - _half);
        ref var upper = ref Bucket(Capacity);
        Capacity++;
        var rest = lower;
        lower = null;
        while (rest is { } point)
        {
            rest = point.NextInBucket;
            ref var bucket = ref (point.Hash & _half) == 0 ? ref lower : ref upper;
            point.NextInBucket = bucket;
            bucket = point;
        }
    }

    /// <summary>Takes the last bucket back into the one that it is the upper half of.</summary>
    private void Shrink()
    {
        if (Capacity == _half)
        {
            _half /= 2;
        }

        Capacity--;
        ref var lower = ref Bucket(Capacity - _half);
        ref var upper = ref Bucket(Capacity);
        while (upper is { } point)
        {
            upper = point.NextInBucket;
            point.NextInBucket = lower;
            lower = point;
        }

        // One chunk is kept beyond what is needed, lest a series that comes and goes allocates.
        var spare = (Capacity / ChunkSize) + 2;
        if (spare < _chunks.Length)
        {
            _chunks[spare] = null;
        }
    }
}
