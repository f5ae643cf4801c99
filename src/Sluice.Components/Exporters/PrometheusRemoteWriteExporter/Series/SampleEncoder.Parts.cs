using System.Buffers.Binary;
using Sluice.Components.Exporters.Prometheus.Points;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <content>Data points that are several series: histograms with their buckets, summaries with their quantiles.</content>
internal sealed partial class SampleEncoder
{
    private void EncodeHistogram(MetricStream stream, CachedPoint point, ReadOnlySpan<byte> message, long timeMs)
    {
        var bounds = _reader.Bounds.Span;
        if (point.Parts is null || !Same(point.Numbers, bounds))
        {
            Remake(stream, point, Doubles(bounds), "_bucket", "le", withInfinity: true);
        }

        _exemplars.Read(message, stream.Kind, point.Numbers, timeMs, _latestMs);
        if (_reader.HasSum || _reader.HasNoValue)
        {
            Body.WriteSample(point.Sum, Or(_reader.Sum), timeMs, _startMs);
        }

        var counts = _reader.BucketCounts.Span;
        ulong total = 0;
        for (var i = 0; i < point.Numbers.Length; i++)
        {
            // One without buckets, which a stale one may be, has no bounds either.
            total += counts.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(counts[(i * sizeof(ulong))..]);
            Body.WriteSample(point.Parts![i], Or(total), timeMs, _startMs, _exemplars.Of(i));
        }

        Body.WriteSample(point.Parts![^1], Or(_reader.Count), timeMs, _startMs, _exemplars.Of(point.Numbers.Length));
        Body.WriteSample(point.Count, Or(_reader.Count), timeMs, _startMs);
    }

    private void EncodeSummary(MetricStream stream, CachedPoint point, long timeMs)
    {
        var quantiles = _reader.Quantiles;
        var isKnown = point.Parts is not null && point.Numbers.Length == quantiles.Count;
        for (var i = 0; isKnown && i < quantiles.Count; i++)
        {
            isKnown = point.Numbers[i].Equals(quantiles[i].Quantile);
        }

        if (!isKnown)
        {
            Remake(stream, point, [.. quantiles.Select(quantile => quantile.Quantile)], "", "quantile", withInfinity: false);
        }

        Body.WriteSample(point.Sum, Or(_reader.Sum), timeMs, _startMs);
        Body.WriteSample(point.Count, Or(_reader.Count), timeMs, _startMs);
        for (var i = 0; i < quantiles.Count; i++)
        {
            Body.WriteSample(point.Parts![i], Or(quantiles[i].Value), timeMs, _startMs);
        }
    }

    /// <summary>A value, or the marker where the point says that there is none.</summary>
    private double Or(double value) => _reader.HasNoValue ? SeriesBody.StaleNaN : value;

    private static bool Same(double[] numbers, ReadOnlySpan<byte> eights)
    {
        if (numbers.Length * sizeof(double) != eights.Length)
        {
            return false;
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (!numbers[i].Equals(BinaryPrimitives.ReadDoubleLittleEndian(eights[(i * sizeof(double))..])))
            {
                return false;
            }
        }

        return true;
    }

    private static double[] Doubles(ReadOnlySpan<byte> eights)
    {
        var numbers = new double[eights.Length / sizeof(double)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(eights[(i * sizeof(double))..]);
        }

        return numbers;
    }
}
