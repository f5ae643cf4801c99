using Sluice.Components.Connectors.Metering;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Durations;

/// <summary>Durations by given upper bounds, each of which belongs to its bucket.</summary>
internal sealed class ExplicitHistogram(double[] bounds) : DurationHistogram
{
    private readonly ulong[] _counts = new ulong[bounds.Length + 1];
    private double _sum;

    /// <summary>Bounds and counts of eight bytes each, and counts as varints of at most ten.</summary>
    public override int Size => 40 + (26 * _counts.Length);

    public override void Add(double duration, ulong count)
    {
        var (low, high) = (0, bounds.Length);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (bounds[middle] >= duration)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        _counts[low] += count;
        _sum += duration * count;
    }

    public override void Clear()
    {
        Array.Clear(_counts);
        _sum = 0;
    }

    public override void WritePoint(MetricsRequestBuilder builder) => builder.Histogram(_sum, _counts, bounds);

    public override void Save(StateWriter state)
    {
        state.Double(_sum);
        foreach (var count in _counts)
        {
            state.Varint(count);
        }
    }

    public override void Load(ref StateReader state)
    {
        _sum = state.Double();
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] = state.Varint();
        }
    }
}
