using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Components.Exporters.PrometheusExporter.Snapshots;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>A gauge or counter. What came as integers stays an integer, exact to 64 bits.</summary>
internal sealed class NumberPoint(LabelFrame frame, byte[] values, int hash, MetricStream owner) : MetricPoint(frame, values, hash, owner)
{
    private const byte RealFlag = 1;
    private const byte ExemplarFlag = 2;

    /// <summary>An integer, or the bits of a floating-point number.</summary>
    private long _bits;
    private bool _isReal;

    /// <summary>The value.</summary>
    public double Value => _isReal ? Real : _bits;

    private double Real => BitConverter.Int64BitsToDouble(_bits);

    public void Set(in NumberValue value) => (_bits, _isReal) = (value.IsReal ? BitConverter.DoubleToInt64Bits(value.Real) : value.Integer, value.IsReal);

    /// <summary>Adds a delta. Where integers would overflow it goes on as a floating-point number.</summary>
    public void Add(in NumberValue delta)
    {
        if (!_isReal && !delta.IsReal)
        {
            var sum = unchecked(_bits + delta.Integer);
            if (((_bits ^ sum) & (delta.Integer ^ sum)) >= 0)
            {
                _bits = sum;
                return;
            }
        }

        (_bits, _isReal) = (BitConverter.DoubleToInt64Bits(Value + delta.Value), true);
    }

    public void Begin() => (_bits, _isReal) = (0, false);

    public void SetExemplar(in Exemplar exemplar) =>
        (Extras ??= new PointExtras()).Exemplar.Set(exemplar.TraceId, exemplar.SpanId, exemplar.Value, exemplar.TimeUnixMs);

    public override void Save(ByteScratch output)
    {
        output.Append((byte)(_isReal ? 1 : 0));
        output.Append((ulong)_bits);
    }

    public override void Restore(ref SavedReader saved)
    {
        _isReal = saved.ReadByte() != 0;
        _bits = (long)saved.ReadLong();
    }

    public override MetricPoint NewOfKind() => new NumberPoint(Frame, Values, Hash, Owner);

    protected override void CaptureValue(CapturedStates states)
    {
        var withExemplar = states.HasExemplars && Extras is not null;
        states.Current.Append((byte)((_isReal ? RealFlag : 0) | (withExemplar ? ExemplarFlag : 0)));
        states.Current.Append((ulong)_bits);
        if (withExemplar)
        {
            CapturedExemplar.Append(states.Current, in Extras!.Exemplar);
        }
    }

    protected override void LoadValue(ref SavedReader state, CapturedStates states)
    {
        var flags = state.ReadByte();
        _isReal = (flags & RealFlag) != 0;
        _bits = (long)state.ReadLong();
        if ((flags & ExemplarFlag) != 0)
        {
            CapturedExemplar.Load(ref state, ref (Extras ??= new PointExtras()).Exemplar);
        }
        else
        {
            Extras?.Exemplar.Clear();
        }
    }

    public override void Write(ProtobufWriter writer)
    {
        if (Family.Type == SeriesType.Counter)
        {
            writer.Counter(Value, StartUnixNano, Extras is null ? default : Extras.Exemplar);
        }
        else
        {
            writer.Gauge(Value);
        }
    }

    public override void Write(ExpositionWriter writer, FamilyNames samples, ReadOnlySpan<byte> labels, long timeMs)
    {
        writer.BeginSample(samples.Value, labels);
        var exemplar = Extras is not null && samples.TakesExemplars ? Extras.Exemplar.Text : default;
        if (_isReal)
        {
            writer.EndSample(Real, timeMs, exemplar);
        }
        else
        {
            writer.EndSample(_bits, timeMs, exemplar);
        }
    }
}
