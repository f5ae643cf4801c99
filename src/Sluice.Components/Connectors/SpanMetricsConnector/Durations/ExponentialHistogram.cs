using Sluice.Components.Connectors.Metering;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Durations;

/// <summary>
/// Durations in buckets whose bounds grow by the factor <c>2^(2^-scale)</c>, upper bounds included. The scale falls where the buckets would become
/// too many (OpenTelemetry metrics data model, exponential histograms).
/// </summary>
internal sealed class ExponentialHistogram(int maxSize) : DurationHistogram
{
    private const int LargestScale = 20;

    private ulong[] _counts = new ulong[Math.Min(16, maxSize)];
    private int _scale = LargestScale;
    private int _offset;
    private int _length;
    private ulong _zeros;
    private double _sum;
    private double _minimum;
    private double _maximum;

    /// <summary>Counts as varints of at most ten bytes, twice.</summary>
    public override int Size => 120 + (20 * _length);

    public override void Add(double duration, ulong count)
    {
        var isFirst = _length == 0 && _zeros == 0;
        _minimum = isFirst ? duration : Math.Min(_minimum, duration);
        _maximum = isFirst ? duration : Math.Max(_maximum, duration);
        _sum += duration * count;
        if (duration <= 0)
        {
            _zeros += count;
            return;
        }

        var index = IndexOf(duration);
        if (_length == 0)
        {
            (_offset, _length) = (index, 1);
        }

        var (low, high, shift) = (Math.Min(_offset, index), Math.Max(_offset + _length - 1, index), 0);
        while (high - low >= maxSize)
        {
            (low, high, shift) = (low >> 1, high >> 1, shift + 1);
        }

        Downscale(shift);
        Extend(low, high);
        _counts[(index >> shift) - _offset] += count;
    }

    public override void Clear()
    {
        Array.Clear(_counts);
        (_scale, _offset, _length, _zeros, _sum, _minimum, _maximum) = (LargestScale, 0, 0, 0, 0, 0, 0);
    }

    public override void WritePoint(MetricsRequestBuilder builder) =>
        builder.ExponentialHistogram(_sum, _minimum, _maximum, _scale, _zeros, _offset, _counts.AsSpan(0, _length));

    public override void Save(StateWriter state)
    {
        state.Double(_sum);
        state.Double(_minimum);
        state.Double(_maximum);
        state.Signed(_scale);
        state.Varint(_zeros);
        state.Signed(_offset);
        state.Varint((ulong)_length);
        foreach (var count in _counts.AsSpan(0, _length))
        {
            state.Varint(count);
        }
    }

    public override void Load(ref StateReader state)
    {
        _sum = state.Double();
        _minimum = state.Double();
        _maximum = state.Double();
        _scale = state.Signed();
        _zeros = state.Varint();
        _offset = state.Signed();
        _length = (int)state.Varint();
        _counts = new ulong[Math.Max(_length, _counts.Length)];
        for (var i = 0; i < _length; i++)
        {
            _counts[i] = state.Varint();
        }
    }

    /// <summary>The bucket of a value above 0.</summary>
    private int IndexOf(double value)
    {
        var logarithm = Math.Log2(value);
        return _scale > 0
            ? (int)Math.Ceiling(Math.ScaleB(logarithm, _scale)) - 1
            : ((int)Math.Ceiling(logarithm) - 1) >> -_scale;
    }

    private void Downscale(int shift)
    {
        if (shift == 0)
        {
            return;
        }

        var offset = _offset >> shift;
        for (var i = 0; i < _length; i++)
        {
            var to = ((_offset + i) >> shift) - offset;
            if (to != i)
            {
                _counts[to] += _counts[i];
                _counts[i] = 0;
            }
        }

        _length = ((_offset + _length - 1) >> shift) - offset + 1;
        (_offset, _scale) = (offset, _scale - shift);
    }

    /// <summary>Makes room from one bucket to another.</summary>
    private void Extend(int low, int high)
    {
        var length = high - low + 1;
        if (length > _counts.Length)
        {
            Array.Resize(ref _counts, Math.Min(maxSize, Math.Max(length, 2 * _counts.Length)));
        }

        var moved = _offset - low;
        if (moved > 0)
        {
            _counts.AsSpan(0, _length).CopyTo(_counts.AsSpan(moved));
            _counts.AsSpan(0, moved).Clear();
        }

        (_offset, _length) = (low, length);
    }
}
