using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Prints a data point on one line, for normal verbosity: <c>{key=value} value</c>.</summary>
internal static class DataPointLine
{
    /// <summary>Appends the rest of the line that the metric's name began.</summary>
    public static void Write(DebugText text, int kind, ReadOnlySpan<byte> point)
    {
        WriteLabels(text, point, kind);
        switch (kind)
        {
            case OtlpFields.Metric.Gauge or OtlpFields.Metric.Sum:
                WriteNumber(text, point);
                break;
            case OtlpFields.Metric.Histogram:
                WriteAggregates(text, point, OtlpFields.HistogramDataPoint.Count, OtlpFields.HistogramDataPoint.Sum, OtlpFields.HistogramDataPoint.Min, OtlpFields.HistogramDataPoint.Max);
                WriteBuckets(text, point);
                break;
            case OtlpFields.Metric.ExponentialHistogram:
                WriteAggregates(text, point, OtlpFields.ExponentialHistogramDataPoint.Count, OtlpFields.ExponentialHistogramDataPoint.Sum, OtlpFields.ExponentialHistogramDataPoint.Min, OtlpFields.ExponentialHistogramDataPoint.Max);
                break;
            default:
                WriteAggregates(text, point, OtlpFields.SummaryDataPoint.Count, OtlpFields.SummaryDataPoint.Sum, 0, 0);
                foreach (var quantile in new RepeatedField(point, OtlpFields.SummaryDataPoint.QuantileValues))
                {
                    text.Add(" q").Add(WireFields.Double(quantile, OtlpFields.ValueAtQuantile.Quantile) ?? 0)
                        .Add("=").Add(WireFields.Double(quantile, OtlpFields.ValueAtQuantile.Value) ?? 0);
                }

                break;
        }

        text.Line();
    }

    private static void WriteLabels(DebugText text, ReadOnlySpan<byte> point, int kind)
    {
        text.Add("{");
        var separator = "";
        foreach (var attribute in new AttributeEnumerator(point, DataPointText.AttributesField(kind)))
        {
            text.Add(separator).AddText(attribute.Key).Add("=").AddPlain(attribute.Value);
            separator = ",";
        }

        text.Add("}");
    }

    private static void WriteNumber(DebugText text, ReadOnlySpan<byte> point)
    {
        if (WireFields.TryNumber(point, OtlpFields.NumberDataPoint.AsInt, out var integer))
        {
            text.Add(" ").Add((long)integer);
        }
        else if (WireFields.Double(point, OtlpFields.NumberDataPoint.AsDouble) is { } number)
        {
            text.Add(" ").Add(number);
        }
    }

    private static void WriteAggregates(DebugText text, ReadOnlySpan<byte> point, int count, int sum, int min, int max)
    {
        text.Add(" count=").Add(WireFields.Number(point, count));
        Add("sum", WireFields.Double(point, sum));
        Add("min", WireFields.Double(point, min));
        Add("max", WireFields.Double(point, max));

        void Add(string name, double? value)
        {
            if (value is { } number)
            {
                text.Add(" ").Add(name).Add("=").Add(number);
            }
        }
    }

    private static void WriteBuckets(DebugText text, ReadOnlySpan<byte> point)
    {
        var bounds = WireFields.Numbers(point, OtlpFields.HistogramDataPoint.ExplicitBounds, WireType.Fixed64);
        var counts = WireFields.Numbers(point, OtlpFields.HistogramDataPoint.BucketCounts, WireType.Fixed64);
        for (var i = 0; i < counts.Count; i++)
        {
            text.Add(" le");
            (i < bounds.Count ? text.Add(BitConverter.UInt64BitsToDouble(bounds[i])) : text.Add("inf")).Add("=").Add(counts[i]);
        }
    }
}
