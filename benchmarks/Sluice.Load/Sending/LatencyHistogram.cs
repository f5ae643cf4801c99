using System.Numerics;

namespace Sluice.Load.Sending;

/// <summary>Durations with an error below 2 %, in a fixed number of buckets: 64 for every power of two of microseconds. Not thread-safe.</summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubBuckets = 1 << SubBits;
    private readonly long[] _counts = new long[SubBuckets * 40];

    /// <summary>Durations recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Records a duration.</summary>
    public void Add(TimeSpan duration)
    {
        _counts[BucketOf((ulong)Math.Max(0, duration.TotalMicroseconds))]++;
        Count++;
    }

    /// <summary>Adds what another recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The duration in milliseconds that this share of all does not exceed; zero when there are none.</summary>
    public double Percentile(double share)
    {
        var left = (long)Math.Ceiling(share * Count);
        for (var i = 0; i < _counts.Length; i++)
        {
            left -= _counts[i];
            if (left <= 0 && Count > 0)
            {
                return UpperEnd(i) / 1000.0;
            }
        }

        return 0;
    }

    private static int BucketOf(ulong microseconds)
    {
        if (microseconds < SubBuckets)
        {
            return (int)microseconds;
        }

        var shift = BitOperations.Log2(microseconds) - SubBits;
        return ((shift + 1) * SubBuckets) + (int)((microseconds >> shift) - SubBuckets);
    }

    private static ulong UpperEnd(int bucket)
    {
        if (bucket < SubBuckets)
        {
            return (ulong)bucket;
        }

        var shift = (bucket / SubBuckets) - 1;
        return (((ulong)(bucket % SubBuckets) + SubBuckets + 1) << shift) - 1;
    }
}
