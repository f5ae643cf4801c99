using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Components.Exporters.PrometheusExporter.Snapshots;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>
/// An exponential histogram. The text formats show it with classic buckets: the bounds of its own. Those of a smaller scale are a part of
/// those of a larger one, so that when the resolution falls bounds vanish and none moves.
/// </summary>
internal sealed class ExponentialPoint(LabelFrame frame, byte[] values, int hash, MetricStream owner) : MetricPoint(frame, values, hash, owner)
{
    private const int None = int.MaxValue;

    private readonly ExponentialBuckets _positive = new();
    private readonly ExponentialBuckets _negative = new();
    private ExemplarText _exemplar;
    private double _exemplarValue;
    private NumberLabels? _bounds;
    private (int Scale, double Zero, long Positive, int PositiveLength, long Negative, int NegativeLength) _boundsOf;
    private int _scale;
    private double _zeroThreshold;
    private ulong _zeroCount;
    private double _sum;
    private bool _hasSum;

    /// <summary>All observations.</summary>
    public ulong Count { get; private set; }

    /// <summary>Takes the values of a cumulative data point.</summary>
    public void Set(PointReader point)
    {
        Begin();
        Add(point);
    }

    /// <summary>Forgets all counts.</summary>
    public void Begin()
    {
        _positive.Clear();
        _negative.Clear();
        (Count, _sum, _hasSum, _zeroCount, _zeroThreshold) = (0, 0, false, 0, 0);
    }

    /// <summary>Adds a delta, at the smaller of both scales. The point's own buckets are changed by it.</summary>
    public void Add(PointReader point)
    {
        var scale = Count == 0 ? point.Scale : Math.Min(_scale, point.Scale);
        Downscale(point, scale);
        var steps = Math.Max(_positive.StepsToFit(point.Positive), _negative.StepsToFit(point.Negative));
        Downscale(point, scale - steps);
        _positive.Add(point.Positive);
        _negative.Add(point.Negative);
        Count += point.Count;
        _hasSum = point.HasSum && (_hasSum || Count == point.Count);
        _sum += point.Sum;
        _zeroCount += point.ZeroCount;
        if (point.ZeroThreshold != _zeroThreshold)
        {
            _zeroThreshold = Math.Max(_zeroThreshold, point.ZeroThreshold);
            FoldIntoZero(_positive);
            FoldIntoZero(_negative);
        }
    }

    public void SetExemplar(in Exemplar exemplar)
    {
        _exemplar.Set(exemplar.TraceId, exemplar.SpanId, exemplar.Value, exemplar.TimeUnixMs);
        _exemplarValue = exemplar.Value;
    }

    public override void Save(ByteScratch output)
    {
        output.Append((byte)(_hasSum ? 1 : 0));
        output.Append(_sum);
        output.AppendVarint(Count);
        output.Append(_scale);
        output.Append(_zeroThreshold);
        output.AppendVarint(_zeroCount);
        Save(_positive, output);
        Save(_negative, output);
    }

    public override void Restore(ref SavedReader saved)
    {
        Begin();
        _hasSum = saved.ReadByte() != 0;
        (_sum, Count, _scale) = (saved.ReadDouble(), saved.ReadVarint(), saved.ReadInt());
        (_zeroThreshold, _zeroCount) = (saved.ReadDouble(), saved.ReadVarint());
        Restore(_positive, ref saved);
        Restore(_negative, ref saved);
    }

    public override MetricPoint NewOfKind() => new ExponentialPoint(Frame, Values, Hash, Owner);

    protected override void CaptureValue(CapturedStates states)
    {
        var state = states.Current;
        Save(state);

        // Bounds are made once for many scrapes, and here rather than from what was noted, which is for one.
        var needsBounds = states.HasBounds || !IsNative;
        state.Append((byte)(needsBounds ? 1 : 0));
        if (needsBounds)
        {
            state.AppendVarint(states.Share(Bounds()));
        }

        CapturedExemplar.Append(state, states.HasExemplars ? _exemplar : default);
        state.Append(_exemplarValue);
    }

    protected override void LoadValue(ref SavedReader state, CapturedStates states)
    {
        Restore(ref state);
        (_bounds, _boundsOf) = state.ReadByte() != 0 ? (states.Shared(ref state), Shape) : (null, default);
        CapturedExemplar.Load(ref state, ref _exemplar);
        _exemplarValue = state.ReadDouble();
    }

    public override void Write(ProtobufWriter writer)
    {
        writer.BeginHistogram(Count, _hasSum ? _sum : double.NaN, StartUnixNano);
        if (IsNative)
        {
            var steps = Math.Max(0, _scale - ProtobufWriter.MaxSchema);
            writer.Native(_scale - steps, _zeroThreshold, _zeroCount, in _exemplar);
            writer.NativeBuckets(isNegative: true, _negative.Offset, _negative.Counts, steps);
            writer.NativeBuckets(isNegative: false, _positive.Offset, _positive.Counts, steps);
        }
        else
        {
            WriteClassic(writer);
        }

        writer.EndValue();
    }

    public override void Write(ExpositionWriter writer, FamilyNames samples, ReadOnlySpan<byte> labels, long timeMs)
    {
        var bounds = Bounds();
        var texts = bounds.For(writer.Format);
        var exemplarAt = ExemplarAt(bounds);
        ulong below = 0;
        for (var i = 0; i < bounds.Values.Length; i++)
        {
            below += CountAt(i, bounds.Values.Length);
            if (IsShown(bounds.Values, i))
            {
                writer.BeginSample(samples.Bucket, labels, texts[i]);
                writer.EndSample(below, timeMs, i >= exemplarAt ? _exemplar.Text : default);
                exemplarAt = i >= exemplarAt ? None : exemplarAt;
            }
        }

        writer.BeginSample(samples.Bucket, labels, texts[^1]);
        writer.EndSample(Count, timeMs, exemplarAt != None ? _exemplar.Text : default);
        if (_hasSum)
        {
            writer.BeginSample(samples.Sum, labels);
            writer.EndSample(_sum, timeMs);
        }

        writer.BeginSample(samples.Count, labels);
        writer.EndSample(Count, timeMs);
    }

    /// <summary>Whether native histograms have a place for it: a scraper would refuse all of the answer for one that does not add up.</summary>
    private bool IsNative => _scale >= ProtobufWriter.MinSchema && HasIndexes(_positive) && HasIndexes(_negative)
        && Total(_positive) + Total(_negative) + _zeroCount == Count;

    private static bool HasIndexes(ExponentialBuckets buckets) => buckets.Offset > int.MinValue && buckets.Offset + buckets.Length < int.MaxValue;

    private static ulong Total(ExponentialBuckets buckets)
    {
        ulong total = 0;
        foreach (var count in buckets.Counts)
        {
            total += count;
        }

        return total;
    }

    private void WriteClassic(ProtobufWriter writer)
    {
        var bounds = Bounds();
        var exemplarAt = ExemplarAt(bounds);
        ulong below = 0;
        for (var i = 0; i < bounds.Values.Length; i++)
        {
            below += CountAt(i, bounds.Values.Length);
            if (IsShown(bounds.Values, i))
            {
                writer.Bucket(below, bounds.Values[i], i >= exemplarAt ? _exemplar : default);
                exemplarAt = i >= exemplarAt ? None : exemplarAt;
            }
        }

        writer.Bucket(Count, double.PositiveInfinity, exemplarAt != None ? _exemplar : default);
    }

    /// <summary>Where the exemplar stands: at the first bound from there on that is shown; <see cref="None"/> when there is none.</summary>
    private int ExemplarAt(NumberLabels bounds) => _exemplar.Text.IsEmpty ? None : bounds.IndexOf(_exemplarValue);

    /// <summary>
    /// Whether a bound is shown. Bounds beyond what numbers can say are the same, zero or infinity, and the zero bucket alone may reach over those after
    /// it, so that two are compared: what one that is not shown counts is in the next that is larger.
    /// </summary>
    private static bool IsShown(double[] bounds, int index)
    {
        return IsBelow(index + 1) && IsBelow(index + 2);

        bool IsBelow(int other) => bounds[index] < (other < bounds.Length ? bounds[other] : double.PositiveInfinity);
    }

    private static void Save(ExponentialBuckets buckets, ByteScratch output)
    {
        output.Append((ulong)buckets.Offset);
        output.AppendVarint((ulong)buckets.Length);
        foreach (var count in buckets.Counts)
        {
            output.AppendVarint(count);
        }
    }

    private static void Restore(ExponentialBuckets buckets, ref SavedReader saved)
    {
        buckets.Begin((long)saved.ReadLong());
        for (var left = saved.ReadCount(); left > 0; left--)
        {
            buckets.Append(saved.ReadVarint());
        }
    }

    private void Downscale(PointReader point, int scale)
    {
        point.Positive.Downscale(point.Scale - scale);
        point.Negative.Downscale(point.Scale - scale);
        point.Scale = scale;
        if (Count > 0)
        {
            _positive.Downscale(_scale - scale);
            _negative.Downscale(_scale - scale);
        }

        _scale = scale;
    }

    /// <summary>What lies within the zero threshold belongs to the zero bucket; one that lies only partly in it extends it.</summary>
    private void FoldIntoZero(ExponentialBuckets buckets)
    {
        var folded = 0;
        while (folded < buckets.Length && ExponentialBuckets.Bound(buckets.Offset + folded, _scale) < _zeroThreshold)
        {
            folded++;
        }

        if (folded > 0)
        {
            _zeroThreshold = Math.Max(_zeroThreshold, ExponentialBuckets.Bound(buckets.Offset + folded, _scale));
            _zeroCount += buckets.TakeFirst(folded);
        }
    }

    /// <summary>What the bounds are made of.</summary>
    private (int Scale, double Zero, long Positive, int PositiveLength, long Negative, int NegativeLength) Shape =>
        (_scale, _zeroThreshold, _positive.Offset, _positive.Length, _negative.Offset, _negative.Length);

    /// <summary>The bounds, ascending: of the negative buckets, of the zero bucket, the lower end of the positive ones, and those of these.</summary>
    private NumberLabels Bounds()
    {
        if (_bounds is null || _boundsOf != Shape)
        {
            var bounds = new List<double>();
            for (var i = _negative.Length - 1; i >= 0; i--)
            {
                bounds.Add(-ExponentialBuckets.Bound(_negative.Offset + i, _scale));
            }

            bounds.Add(_zeroThreshold);
            for (var i = 0; i <= _positive.Length && _positive.Length > 0; i++)
            {
                bounds.Add(ExponentialBuckets.Bound(_positive.Offset + i, _scale));
            }

            (_bounds, _boundsOf) = (new NumberLabels("le", [.. bounds]), Shape);
        }

        return _bounds;
    }

    /// <summary>The count of one of the bounds.</summary>
    private ulong CountAt(int index, int bounds)
    {
        if (index < _negative.Length)
        {
            return _negative.Counts[_negative.Length - 1 - index];
        }

        if (index == _negative.Length)
        {
            return _zeroCount;
        }

        var positive = index - _negative.Length - 2;
        return positive < 0 || index >= bounds ? 0 : _positive.Counts[positive];
    }
}
