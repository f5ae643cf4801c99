using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Prints every field of a data point, for detailed verbosity.</summary>
internal static class DataPointText
{
    private const string Indent = "     -> ";

    /// <summary>Number of the field that holds the attributes of a data point.</summary>
    public static int AttributesField(int kind) => kind switch
    {
        OtlpFields.Metric.Histogram => OtlpFields.HistogramDataPoint.Attributes,
        OtlpFields.Metric.ExponentialHistogram => OtlpFields.ExponentialHistogramDataPoint.Attributes,
        OtlpFields.Metric.Summary => OtlpFields.SummaryDataPoint.Attributes,
        _ => OtlpFields.NumberDataPoint.Attributes,
    };

    /// <summary>Appends a data point.</summary>
    public static void Write(DebugText text, int kind, ReadOnlySpan<byte> point, int number)
    {
        switch (kind)
        {
            case OtlpFields.Metric.Histogram:
                Begin(text, "HistogramDataPoints", kind, point, number);
                WriteHistogram(text, point);
                break;
            case OtlpFields.Metric.ExponentialHistogram:
                Begin(text, "ExponentialHistogramDataPoints", kind, point, number);
                WriteExponentialHistogram(text, point);
                break;
            case OtlpFields.Metric.Summary:
                Begin(text, "SummaryDataPoints", kind, point, number);
                WriteSummary(text, point);
                break;
            default:
                Begin(text, "NumberDataPoints", kind, point, number);
                WriteNumber(text, point);
                break;
        }
    }

    private static void Begin(DebugText text, string name, int kind, ReadOnlySpan<byte> point, int number)
    {
        text.Add(name).Add(" #").Add(number).Line();
        FieldText.Attributes(text, "", "Data point attributes", point, AttributesField(kind));

        // Start time and time have the numbers 2 and 3 in all four messages.
        FieldText.Time(text, "", "StartTimestamp", WireFields.Number(point, OtlpFields.NumberDataPoint.StartTimeUnixNano));
        FieldText.Time(text, "", "Timestamp", WireFields.Number(point, OtlpFields.NumberDataPoint.TimeUnixNano));
    }

    private static void WriteNumber(DebugText text, ReadOnlySpan<byte> point)
    {
        if (WireFields.TryNumber(point, OtlpFields.NumberDataPoint.AsInt, out var integer))
        {
            text.Add("Value: ").Add((long)integer).Line();
        }

        FieldText.Number(text, "", "Value", WireFields.Double(point, OtlpFields.NumberDataPoint.AsDouble));
        FieldText.Count(text, "", "Flags", WireFields.Number(point, OtlpFields.NumberDataPoint.Flags));
        WriteExemplars(text, point, OtlpFields.NumberDataPoint.Exemplars);
    }

    private static void WriteHistogram(DebugText text, ReadOnlySpan<byte> point)
    {
        text.Add("Count: ").Add(WireFields.Number(point, OtlpFields.HistogramDataPoint.Count)).Line();
        FieldText.Number(text, "", "Sum", WireFields.Double(point, OtlpFields.HistogramDataPoint.Sum));
        FieldText.Number(text, "", "Min", WireFields.Double(point, OtlpFields.HistogramDataPoint.Min));
        FieldText.Number(text, "", "Max", WireFields.Double(point, OtlpFields.HistogramDataPoint.Max));
        var bounds = WireFields.Numbers(point, OtlpFields.HistogramDataPoint.ExplicitBounds, WireType.Fixed64);
        for (var i = 0; i < bounds.Count; i++)
        {
            text.Add("ExplicitBounds #").Add(i).Add(": ").Add(BitConverter.UInt64BitsToDouble(bounds[i])).Line();
        }

        var counts = WireFields.Numbers(point, OtlpFields.HistogramDataPoint.BucketCounts, WireType.Fixed64);
        for (var i = 0; i < counts.Count; i++)
        {
            text.Add("Buckets #").Add(i).Add(", Count: ").Add(counts[i]).Line();
        }

        FieldText.Count(text, "", "Flags", WireFields.Number(point, OtlpFields.HistogramDataPoint.Flags));
        WriteExemplars(text, point, OtlpFields.HistogramDataPoint.Exemplars);
    }

    private static void WriteExponentialHistogram(DebugText text, ReadOnlySpan<byte> point)
    {
        text.Add("Count: ").Add(WireFields.Number(point, OtlpFields.ExponentialHistogramDataPoint.Count)).Line();
        FieldText.Number(text, "", "Sum", WireFields.Double(point, OtlpFields.ExponentialHistogramDataPoint.Sum));
        FieldText.Number(text, "", "Min", WireFields.Double(point, OtlpFields.ExponentialHistogramDataPoint.Min));
        FieldText.Number(text, "", "Max", WireFields.Double(point, OtlpFields.ExponentialHistogramDataPoint.Max));
        var scale = WireFields.Signed(point, OtlpFields.ExponentialHistogramDataPoint.Scale);
        text.Add("Scale: ").Add(scale).Line();
        FieldText.Number(text, "", "ZeroThreshold", WireFields.Double(point, OtlpFields.ExponentialHistogramDataPoint.ZeroThreshold));
        FieldText.Count(text, "", "ZeroCount", WireFields.Number(point, OtlpFields.ExponentialHistogramDataPoint.ZeroCount));
        WriteBuckets(text, "Negative", WireFields.Bytes(point, OtlpFields.ExponentialHistogramDataPoint.Negative));
        WriteBuckets(text, "Positive", WireFields.Bytes(point, OtlpFields.ExponentialHistogramDataPoint.Positive));
        FieldText.Count(text, "", "Flags", WireFields.Number(point, OtlpFields.ExponentialHistogramDataPoint.Flags));
        WriteExemplars(text, point, OtlpFields.ExponentialHistogramDataPoint.Exemplars);
    }

    /// <summary>Buckets by their index: with base = 2^(2^-scale), index i counts values in (base^i, base^(i+1)].</summary>
    private static void WriteBuckets(DebugText text, string side, ReadOnlySpan<byte> buckets)
    {
        var offset = WireFields.Signed(buckets, OtlpFields.Buckets.Offset);
        var counts = WireFields.Numbers(buckets, OtlpFields.Buckets.BucketCounts, WireType.Varint);
        for (var i = 0; i < counts.Count; i++)
        {
            text.Add(side).Add(" bucket ").Add(offset + i).Add(", Count: ").Add(counts[i]).Line();
        }
    }

    private static void WriteSummary(DebugText text, ReadOnlySpan<byte> point)
    {
        text.Add("Count: ").Add(WireFields.Number(point, OtlpFields.SummaryDataPoint.Count)).Line();
        FieldText.Number(text, "", "Sum", WireFields.Double(point, OtlpFields.SummaryDataPoint.Sum));
        var number = 0;
        foreach (var quantile in new RepeatedField(point, OtlpFields.SummaryDataPoint.QuantileValues))
        {
            text.Add("QuantileValue #").Add(number++)
                .Add(": Quantile ").Add(WireFields.Double(quantile, OtlpFields.ValueAtQuantile.Quantile) ?? 0)
                .Add(", Value ").Add(WireFields.Double(quantile, OtlpFields.ValueAtQuantile.Value) ?? 0).Line();
        }

        FieldText.Count(text, "", "Flags", WireFields.Number(point, OtlpFields.SummaryDataPoint.Flags));
    }

    private static void WriteExemplars(DebugText text, ReadOnlySpan<byte> point, int field)
    {
        var number = 0;
        foreach (var exemplar in new RepeatedField(point, field))
        {
            text.Add("Exemplar #").Add(number++).Line();
            FieldText.HexLine(text, Indent, "Trace ID", WireFields.Bytes(exemplar, OtlpFields.Exemplar.TraceId));
            FieldText.HexLine(text, Indent, "Span ID", WireFields.Bytes(exemplar, OtlpFields.Exemplar.SpanId));
            FieldText.Time(text, Indent, "Timestamp", WireFields.Number(exemplar, OtlpFields.Exemplar.TimeUnixNano));
            if (WireFields.TryNumber(exemplar, OtlpFields.Exemplar.AsInt, out var integer))
            {
                text.Add(Indent).Add("Value: ").Add((long)integer).Line();
            }

            FieldText.Number(text, Indent, "Value", WireFields.Double(exemplar, OtlpFields.Exemplar.AsDouble));
            FieldText.Attributes(text, "     ", "FilteredAttributes", exemplar, OtlpFields.Exemplar.FilteredAttributes);
        }
    }
}
