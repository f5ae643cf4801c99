using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>Writes the members of the four kinds of data points.</summary>
internal static class DataPointJson
{
    public static void WriteNumber(ref JsonOutput json, ReadOnlySpan<byte> message, ValueJson values)
    {
        var start = 0UL;
        var time = 0UL;
        var flags = 0UL;
        var value = default(NumberValue);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.NumberDataPoint.StartTimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out start);
                    break;
                case (OtlpFields.NumberDataPoint.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out time);
                    break;
                case (OtlpFields.NumberDataPoint.AsDouble, WireType.Fixed64):
                    value.ReadDouble(ref reader);
                    break;
                case (OtlpFields.NumberDataPoint.AsInt, WireType.Fixed64):
                    value.ReadInteger(ref reader);
                    break;
                case (OtlpFields.NumberDataPoint.Flags, WireType.Varint):
                    reader.TryReadVarint(out flags);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        WriteTimes(ref json, start, time);
        value.Write(ref json);
        WriteRest(ref json, message, OtlpFields.NumberDataPoint.Attributes, OtlpFields.NumberDataPoint.Exemplars, flags, values);
    }

    public static void WriteHistogram(ref JsonOutput json, ReadOnlySpan<byte> message, ValueJson values)
    {
        var start = 0UL;
        var time = 0UL;
        var count = 0UL;
        var flags = 0UL;
        var statistics = default(Statistics);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.HistogramDataPoint.StartTimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out start);
                    break;
                case (OtlpFields.HistogramDataPoint.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out time);
                    break;
                case (OtlpFields.HistogramDataPoint.Count, WireType.Fixed64):
                    reader.TryReadFixed64(out count);
                    break;
                case (OtlpFields.HistogramDataPoint.Sum, WireType.Fixed64):
                    statistics.Sum.ReadDouble(ref reader);
                    break;
                case (OtlpFields.HistogramDataPoint.Min, WireType.Fixed64):
                    statistics.Minimum.ReadDouble(ref reader);
                    break;
                case (OtlpFields.HistogramDataPoint.Max, WireType.Fixed64):
                    statistics.Maximum.ReadDouble(ref reader);
                    break;
                case (OtlpFields.HistogramDataPoint.Flags, WireType.Varint):
                    reader.TryReadVarint(out flags);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        WriteTimes(ref json, start, time);
        WriteCount(ref json, count);
        statistics.Write(ref json);
        NumbersJson.Write(ref json, "\"bucket_counts\":"u8, message, OtlpFields.HistogramDataPoint.BucketCounts, NumberEncoding.Fixed64);
        NumbersJson.Write(ref json, "\"explicit_bounds\":"u8, message, OtlpFields.HistogramDataPoint.ExplicitBounds, NumberEncoding.Double);
        WriteRest(ref json, message, OtlpFields.HistogramDataPoint.Attributes, OtlpFields.HistogramDataPoint.Exemplars, flags, values);
    }

    public static void WriteExponentialHistogram(ref JsonOutput json, ReadOnlySpan<byte> message, ValueJson values)
    {
        var fields = ExponentialHistogramFields.Read(message);
        WriteTimes(ref json, fields.Start, fields.Time);
        WriteCount(ref json, fields.Count);
        fields.Statistics.Write(ref json);
        json.Name("\"scale\":"u8);
        json.Number((long)fields.Scale);
        json.OptionalNumber("\"zero_count\":"u8, fields.ZeroCount);
        if (BitConverter.DoubleToUInt64Bits(fields.ZeroThreshold) != 0)
        {
            json.Name("\"zero_threshold\":"u8);
            json.Number(fields.ZeroThreshold);
        }

        WriteBuckets(ref json, "\"positive\":"u8, fields.HasPositive, fields.Positive);
        WriteBuckets(ref json, "\"negative\":"u8, fields.HasNegative, fields.Negative);
        WriteRest(
            ref json,
            message,
            OtlpFields.ExponentialHistogramDataPoint.Attributes,
            OtlpFields.ExponentialHistogramDataPoint.Exemplars,
            fields.Flags,
            values);
    }

    public static void WriteSummary(ref JsonOutput json, ReadOnlySpan<byte> message, ValueJson values)
    {
        var start = 0UL;
        var time = 0UL;
        var count = 0UL;
        var sum = 0UL;
        var flags = 0UL;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.SummaryDataPoint.StartTimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out start);
                    break;
                case (OtlpFields.SummaryDataPoint.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out time);
                    break;
                case (OtlpFields.SummaryDataPoint.Count, WireType.Fixed64):
                    reader.TryReadFixed64(out count);
                    break;
                case (OtlpFields.SummaryDataPoint.Sum, WireType.Fixed64):
                    reader.TryReadFixed64(out sum);
                    break;
                case (OtlpFields.SummaryDataPoint.Flags, WireType.Varint):
                    reader.TryReadVarint(out flags);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        WriteTimes(ref json, start, time);
        WriteCount(ref json, count);
        json.Name("\"sum\":"u8);
        json.Number(BitConverter.UInt64BitsToDouble(sum));
        WriteQuantiles(ref json, message);
        WriteRest(ref json, message, OtlpFields.SummaryDataPoint.Attributes, 0, flags, values);
    }

    private static void WriteQuantiles(ref JsonOutput json, ReadOnlySpan<byte> message)
    {
        var quantiles = new RepeatedField(message, OtlpFields.SummaryDataPoint.QuantileValues);
        if (!quantiles.MoveNext())
        {
            return;
        }

        json.Name("\"quantiles\":"u8);
        json.BeginArray();
        do
        {
            var quantile = 0UL;
            var value = 0UL;
            var reader = new ProtoReader(quantiles.Current);
            while (reader.TryReadTag())
            {
                switch (reader.Field, reader.WireType)
                {
                    case (OtlpFields.ValueAtQuantile.Quantile, WireType.Fixed64):
                        reader.TryReadFixed64(out quantile);
                        break;
                    case (OtlpFields.ValueAtQuantile.Value, WireType.Fixed64):
                        reader.TryReadFixed64(out value);
                        break;
                    default:
                        reader.TrySkip();
                        break;
                }
            }

            json.BeginObject();
            json.Name("\"quantile\":"u8);
            json.Number(BitConverter.UInt64BitsToDouble(quantile));
            json.Name("\"value\":"u8);
            json.Number(BitConverter.UInt64BitsToDouble(value));
            json.EndObject();
        }
        while (quantiles.MoveNext());

        json.EndArray();
    }

    private static void WriteTimes(ref JsonOutput json, ulong start, ulong time)
    {
        json.OptionalTime("\"start_time\":"u8, start);
        json.OptionalTime("\"time\":"u8, time);
    }

    private static void WriteCount(ref JsonOutput json, ulong count)
    {
        json.Name("\"count\":"u8);
        json.Number(count);
    }

    private static void WriteBuckets(ref JsonOutput json, ReadOnlySpan<byte> name, bool present, ReadOnlySpan<byte> message)
    {
        if (!present)
        {
            return;
        }

        var offset = 0UL;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.Buckets.Offset, WireType: WireType.Varint })
            {
                reader.TryReadVarint(out offset);
            }
            else
            {
                reader.TrySkip();
            }
        }

        json.Name(name);
        json.BeginObject();
        json.Name("\"offset\":"u8);
        json.Number((long)ZigZag.Decode32(offset));
        NumbersJson.Write(ref json, "\"bucket_counts\":"u8, message, OtlpFields.Buckets.BucketCounts, NumberEncoding.Varint);
        json.EndObject();
    }

    /// <summary>What all kinds share; no exemplars when <paramref name="exemplarsField"/> is 0.</summary>
    private static void WriteRest(
        ref JsonOutput json, ReadOnlySpan<byte> message, int attributesField, int exemplarsField, ulong flags, ValueJson values)
    {
        values.WriteAttributes(ref json, "\"attributes\":"u8, message, attributesField);
        if (exemplarsField != 0)
        {
            ExemplarJson.WriteAll(ref json, message, exemplarsField, values);
        }

        json.OptionalNumber("\"flags\":"u8, (uint)flags);
    }
}
