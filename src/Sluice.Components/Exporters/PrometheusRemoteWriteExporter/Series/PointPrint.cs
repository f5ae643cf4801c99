using System.Buffers.Binary;
using Sluice.Components.Exporters.Prometheus.Points;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>A print of the values of a data point, by which one that comes twice is told from another of the same time.</summary>
internal static class PointPrint
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Of a data point that says that there is no value.</summary>
    public const ulong Stale = 1;

    /// <summary>Equal for equal values, and for others almost never; of a number exact.</summary>
    public static ulong Of(PointReader point, DataKind kind)
    {
        if (point.HasNoValue)
        {
            return Stale;
        }

        if (kind is DataKind.Gauge or DataKind.Sum)
        {
            return BitConverter.DoubleToUInt64Bits(point.Number.Value);
        }

        var print = Mix(Mix(Prime, point.Count), BitConverter.DoubleToUInt64Bits(point.Sum));
        switch (kind)
        {
            case DataKind.Histogram:
                print = Mix(Mix(print, point.BucketCounts.Span), point.Bounds.Span);
                break;
            case DataKind.ExponentialHistogram:
                print = Mix(Mix(Mix(print, (ulong)point.Scale), point.ZeroCount), BitConverter.DoubleToUInt64Bits(point.ZeroThreshold));
                print = Mix(Mix(print, (ulong)point.Positive.Offset), point.Positive.Counts);
                print = Mix(Mix(print, (ulong)point.Negative.Offset), point.Negative.Counts);
                break;
            default:
                foreach (var (quantile, value) in point.Quantiles)
                {
                    print = Mix(Mix(print, BitConverter.DoubleToUInt64Bits(quantile)), BitConverter.DoubleToUInt64Bits(value));
                }

                break;
        }

        return print;
    }

    private static ulong Mix(ulong print, ReadOnlySpan<ulong> words)
    {
        foreach (var word in words)
        {
            print = Mix(print, word);
        }

        return Mix(print, (ulong)words.Length);
    }

    private static ulong Mix(ulong print, ReadOnlySpan<byte> eights)
    {
        for (var rest = eights; !rest.IsEmpty; rest = rest[sizeof(ulong)..])
        {
            print = Mix(print, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }

        return Mix(print, (ulong)eights.Length);
    }

    private static ulong Mix(ulong print, ulong word)
    {
        print = (print ^ word) * Prime;
        return print ^ (print >> 32);
    }
}
