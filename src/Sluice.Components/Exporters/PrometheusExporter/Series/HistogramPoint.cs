using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Components.Exporters.PrometheusExporter.Snapshots;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>A histogram with explicit bounds.</summary>
internal sealed class HistogramPoint(LabelFrame frame, byte[] values, int hash, MetricStream owner) : MetricPoint(frame, values, hash, owner)
{
    private NumberLabels? _bounds;
    private ulong[] _counts = [];
    private ExemplarText[]? _exemplars;
    private double _sum;
    private bool _hasSum;

    /// <summary>All observations.</summary>
    public ulong Count { get; private set; }

    /// <summary>Takes the values of a cumulative data point.</summary>
    public void Set(PointReader point, NumberLabels bounds)
    {
        Begin(bounds);
        Add(point, bounds);
    }

    /// <summary>Adds a delta; with other bounds than before it starts anew, since counts cannot be divided.</summary>
    /// <returns>Whether what it had counted is gone.</returns>
    public bool Add(PointReader point, NumberLabels bounds)
    {
        var hasCounted = Count > 0;
        var isNew = _bounds != bounds && (_bounds is null || !_bounds.Values.AsSpan().SequenceEqual(bounds.Values));
        if (isNew)
        {
            Begin(bounds);
        }

        Count += point.Count;
        _hasSum = point.HasSum && (_hasSum || Count == point.Count);
        _sum += point.Sum;
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += BinaryPrimitives.ReadUInt64LittleEndian(point.BucketCounts.Span[(i * sizeof(ulong))..]);
        }

        return isNew && hasCounted;
    }

    public void Begin(NumberLabels? bounds)
    {
        // Without bounds there may be no counts at all, or one, which says what the count says.
        var length = bounds is null || bounds.Values.Length == 0 ? 0 : bounds.Values.Length + 1;
        if (_counts.Length != length)
        {
            _counts = new ulong[length];
            _exemplars = null;
        }

        Array.Clear(_counts);
        (_bounds, Count, _sum, _hasSum) = (bounds, 0, 0, false);
    }

    public void SetExemplar(in Exemplar exemplar)
    {
        _exemplars ??= new ExemplarText[Math.Max(1, _counts.Length)];
        _exemplars[_counts.Length == 0 ? 0 : _bounds!.IndexOf(exemplar.Value)].Set(exemplar.TraceId, exemplar.SpanId, exemplar.Value, exemplar.TimeUnixMs);
    }

    public override void Save(ByteScratch output)
    {
        output.Append((byte)(_hasSum ? 1 : 0));
        output.Append(_sum);
        output.AppendVarint(Count);
        output.AppendVarint((ulong)_counts.Length);
        for (var i = 0; i < _counts.Length; i++)
        {
            output.AppendVarint(_counts[i]);
            if (i < _counts.Length - 1)
            {
                output.Append(_bounds!.Values[i]);
            }
        }
    }

    public override void Restore(ref SavedReader saved)
    {
        var hasSum = saved.ReadByte() != 0;
        var (sum, count, length) = (saved.ReadDouble(), saved.ReadVarint(), saved.ReadCount());
        var (counts, bounds) = (new ulong[length], new double[Math.Max(0, length - 1)]);
        for (var i = 0; i < length; i++)
        {
            counts[i] = saved.ReadVarint();
            if (i < bounds.Length)
            {
                bounds[i] = saved.ReadDouble();
            }
        }

        Begin(new NumberLabels("le", bounds));
        counts.CopyTo(_counts, 0);
        (_hasSum, _sum, Count) = (hasSum, sum, count);
    }

    public override MetricPoint NewOfKind() => new HistogramPoint(Frame, Values, Hash, Owner);

    protected override void CaptureValue(CapturedStates states)
    {
        var state = states.Current;
        state.AppendVarint(states.Share(_bounds!));
        state.Append((byte)(_hasSum ? 1 : 0));
        state.Append(_sum);
        state.AppendVarint(Count);
        foreach (var count in _counts)
        {
            state.AppendVarint(count);
        }

        if (_exemplars is not null && states.HasExemplars)
        {
            foreach (ref readonly var exemplar in _exemplars.AsSpan())
            {
                CapturedExemplar.Append(state, in exemplar);
            }
        }
    }

    protected override void LoadValue(ref SavedReader state, CapturedStates states)
    {
        Begin(states.Shared(ref state));
        (_hasSum, _sum, Count) = (state.ReadByte() != 0, state.ReadDouble(), state.ReadVarint());
        foreach (ref var count in _counts.AsSpan())
        {
            count = state.ReadVarint();
        }

        if (state.Rest.IsEmpty)
        {
            _exemplars = null;
            return;
        }

        _exemplars ??= new ExemplarText[Math.Max(1, _counts.Length)];
        foreach (ref var exemplar in _exemplars.AsSpan())
        {
            CapturedExemplar.Load(ref state, ref exemplar);
        }
    }

    public override void Write(ProtobufWriter writer)
    {
        var bounds = _bounds!.Values;
        writer.BeginHistogram(Count, _hasSum ? _sum : double.NaN, StartUnixNano);
        ulong below = 0;
        for (var i = 0; i < bounds.Length; i++)
        {
            below += _counts[i];
            writer.Bucket(below, bounds[i], _exemplars is null ? default : _exemplars[i]);
        }

        writer.Bucket(Count, double.PositiveInfinity, _exemplars is null ? default : _exemplars[bounds.Length]);
        writer.EndValue();
    }

    public override void Write(ExpositionWriter writer, FamilyNames samples, ReadOnlySpan<byte> labels, long timeMs)
    {
        var bounds = _bounds!.For(writer.Format);
        ulong below = 0;
        for (var i = 0; i < bounds.Length - 1; i++)
        {
            below += _counts[i];
            writer.BeginSample(samples.Bucket, labels, bounds[i]);
            writer.EndSample(below, timeMs, ExemplarAt(i));
        }

        writer.BeginSample(samples.Bucket, labels, bounds[^1]);
        writer.EndSample(Count, timeMs, ExemplarAt(bounds.Length - 1));
        if (_hasSum)
        {
            writer.BeginSample(samples.Sum, labels);
            writer.EndSample(_sum, timeMs);
        }

        writer.BeginSample(samples.Count, labels);
        writer.EndSample(Count, timeMs);
    }

    private ReadOnlySpan<byte> ExemplarAt(int index) => _exemplars is null ? default : _exemplars[index].Text;
}
