using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Components.Exporters.PrometheusExporter.Snapshots;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>A summary.</summary>
internal sealed class SummaryPoint(LabelFrame frame, byte[] values, int hash, MetricStream owner) : MetricPoint(frame, values, hash, owner)
{
    private NumberLabels _quantiles = new("quantile", []);
    private double[] _values = [];
    private double _sum;

    /// <summary>All observations.</summary>
    public ulong Count { get; private set; }

    /// <summary>Takes the values of a data point, whose quantiles are put in order.</summary>
    public void Set(PointReader point)
    {
        PutInOrder(point.Quantiles);
        (Count, _sum) = (point.Count, point.Sum);
        var quantiles = point.Quantiles;
        if (!Same(quantiles))
        {
            _quantiles = new NumberLabels("quantile", [.. quantiles.Select(pair => pair.Quantile)]);
            _values = new double[quantiles.Count];
        }

        for (var i = 0; i < quantiles.Count; i++)
        {
            _values[i] = quantiles[i].Value;
        }
    }

    public override void Save(ByteScratch output) => throw new InvalidOperationException("Summaries are no deltas.");

    public override void Restore(ref SavedReader saved) => throw new InvalidOperationException("Summaries are no deltas.");

    public override MetricPoint NewOfKind() => new SummaryPoint(Frame, Values, Hash, Owner);

    protected override void CaptureValue(CapturedStates states)
    {
        var state = states.Current;
        state.AppendVarint(states.Share(_quantiles));
        state.AppendVarint(Count);
        state.Append(_sum);
        foreach (var value in _values)
        {
            state.Append(value);
        }
    }

    protected override void LoadValue(ref SavedReader state, CapturedStates states)
    {
        _quantiles = states.Shared(ref state);
        (Count, _sum) = (state.ReadVarint(), state.ReadDouble());
        if (_values.Length != _quantiles.Values.Length)
        {
            _values = new double[_quantiles.Values.Length];
        }

        foreach (ref var value in _values.AsSpan())
        {
            value = state.ReadDouble();
        }
    }

    public override void Write(ProtobufWriter writer)
    {
        writer.BeginSummary(Count, _sum, StartUnixNano);
        for (var i = 0; i < _values.Length; i++)
        {
            writer.Quantile(_quantiles.Values[i], _values[i]);
        }

        writer.EndValue();
    }

    public override void Write(ExpositionWriter writer, FamilyNames samples, ReadOnlySpan<byte> labels, long timeMs)
    {
        var texts = _quantiles.For(writer.Format);
        for (var i = 0; i < _values.Length; i++)
        {
            writer.BeginSample(samples.Value, labels, texts[i]);
            writer.EndSample(_values[i], timeMs);
        }

        writer.BeginSample(samples.Sum, labels);
        writer.EndSample(_sum, timeMs);
        writer.BeginSample(samples.Count, labels);
        writer.EndSample(Count, timeMs);
    }

    /// <summary>OTLP has them ascend, each once. Of what does not, one value of each number is kept: a series cannot come twice.</summary>
    private static void PutInOrder(List<(double Quantile, double Value)> quantiles)
    {
        for (var i = 0; i < quantiles.Count; i++)
        {
            if (!(quantiles[i].Quantile > (i == 0 ? double.NegativeInfinity : quantiles[i - 1].Quantile)))
            {
                quantiles.RemoveAll(static pair => double.IsNaN(pair.Quantile));
                quantiles.Sort(static (one, other) => one.Quantile.CompareTo(other.Quantile));
                var kept = 0;
                for (var at = 0; at < quantiles.Count; at++)
                {
                    kept += kept == 0 || quantiles[kept - 1].Quantile < quantiles[at].Quantile ? 1 : 0;
                    quantiles[kept - 1] = quantiles[at];
                }

                quantiles.RemoveRange(kept, quantiles.Count - kept);
                return;
            }
        }
    }

    private bool Same(List<(double Quantile, double Value)> quantiles)
    {
        if (quantiles.Count != _values.Length)
        {
            return false;
        }

        for (var i = 0; i < _values.Length; i++)
        {
            if (_quantiles.Values[i] != quantiles[i].Quantile)
            {
                return false;
            }
        }

        return true;
    }
}
