namespace Sluice.Store.Reading;

/// <summary>Adds counts up by step of time and code.</summary>
internal sealed class HistogramBuilder
{
    private readonly long _step;
    private readonly SortedDictionary<long, Dictionary<int, long>> _buckets = [];

    public HistogramBuilder(TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero);
        _step = step.Ticks * TimeSpan.NanosecondsPerTick;
    }

    public void Add(long time, int code, long count)
    {
        var start = time - (((time % _step) + _step) % _step);
        if (!_buckets.TryGetValue(start, out var counts))
        {
            _buckets.Add(start, counts = []);
        }

        counts[code] = counts.GetValueOrDefault(code) + count;
    }

    public IReadOnlyList<HistogramBucket> Result() => [.. _buckets.Select(bucket => new HistogramBucket(bucket.Key, bucket.Value))];
}
