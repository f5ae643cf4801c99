using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>Writes the members of a <c>Metric</c>.</summary>
internal static class MetricJson
{
    public static void Write(ref JsonOutput json, RecordView record, ReadOnlySpan<byte> service, ValueJson values)
    {
        var metric = Fields.Read(record.Message);
        json.Ready("\"signal\":\"metric\""u8);
        json.OptionalTime("\"time\":"u8, record.Envelope.TimeUnixNano);
        json.Ready(service);
        json.OptionalString("\"name\":"u8, metric.Name);
        json.Name("\"metric\":"u8);
        json.BeginObject();
        if (metric.Kind != 0)
        {
            json.Name("\"type\":"u8);
            json.String(TypeName(metric.Kind));
        }

        json.OptionalString("\"unit\":"u8, metric.Unit);
        json.OptionalString("\"description\":"u8, metric.Description);
        WriteData(ref json, metric.Kind, metric.Data, values);
        values.WriteAttributes(ref json, "\"metadata\":"u8, record.Message, OtlpFields.Metric.Metadata);
        json.EndObject();
    }

    private static ReadOnlySpan<byte> TypeName(int kind) => kind switch
    {
        OtlpFields.Metric.Gauge => "gauge"u8,
        OtlpFields.Metric.Sum => "sum"u8,
        OtlpFields.Metric.Histogram => "histogram"u8,
        OtlpFields.Metric.ExponentialHistogram => "exponential_histogram"u8,
        _ => "summary"u8,
    };

    private static void WriteData(ref JsonOutput json, int kind, ReadOnlySpan<byte> data, ValueJson values)
    {
        if (kind is OtlpFields.Metric.Sum or OtlpFields.Metric.Histogram or OtlpFields.Metric.ExponentialHistogram)
        {
            var temporality = 0UL;
            var monotonic = 0UL;
            var reader = new ProtoReader(data);
            while (reader.TryReadTag())
            {
                switch (reader.Field, reader.WireType)
                {
                    case (OtlpFields.MetricData.AggregationTemporality, WireType.Varint):
                        reader.TryReadVarint(out temporality);
                        break;
                    case (OtlpFields.MetricData.IsMonotonic, WireType.Varint):
                        reader.TryReadVarint(out monotonic);
                        break;
                    default:
                        reader.TrySkip();
                        break;
                }
            }

            EnumJson.Write(ref json, "\"temporality\":"u8, EnumJson.Temporalities, (int)temporality);
            if (kind == OtlpFields.Metric.Sum)
            {
                json.Name("\"monotonic\":"u8);
                json.Boolean(monotonic != 0);
            }
        }

        var points = new RepeatedField(data, OtlpFields.MetricData.DataPoints);
        if (!points.MoveNext())
        {
            return;
        }

        json.Name("\"data_points\":"u8);
        json.BeginArray();
        do
        {
            json.BeginObject();
            switch (kind)
            {
                case OtlpFields.Metric.Histogram:
                    DataPointJson.WriteHistogram(ref json, points.Current, values);
                    break;
                case OtlpFields.Metric.ExponentialHistogram:
                    DataPointJson.WriteExponentialHistogram(ref json, points.Current, values);
                    break;
                case OtlpFields.Metric.Summary:
                    DataPointJson.WriteSummary(ref json, points.Current, values);
                    break;
                default:
                    DataPointJson.WriteNumber(ref json, points.Current, values);
                    break;
            }

            json.EndObject();
        }
        while (points.MoveNext());

        json.EndArray();
    }

    private ref struct Fields
    {
        public ReadOnlySpan<byte> Name;
        public ReadOnlySpan<byte> Description;
        public ReadOnlySpan<byte> Unit;
        public ReadOnlySpan<byte> Data;
        public int Kind;

        public static Fields Read(ReadOnlySpan<byte> message)
        {
            var fields = default(Fields);
            var reader = new ProtoReader(message);
            while (reader.TryReadTag())
            {
                if (reader.WireType != WireType.LengthDelimited)
                {
                    reader.TrySkip();
                    continue;
                }

                reader.TryReadBytes(out var bytes);
                switch (reader.Field)
                {
                    case OtlpFields.Metric.Name:
                        fields.Name = bytes;
                        break;
                    case OtlpFields.Metric.Description:
                        fields.Description = bytes;
                        break;
                    case OtlpFields.Metric.Unit:
                        fields.Unit = bytes;
                        break;
                    case OtlpFields.Metric.Gauge:
                    case OtlpFields.Metric.Sum:
                    case OtlpFields.Metric.Histogram:
                    case OtlpFields.Metric.ExponentialHistogram:
                    case OtlpFields.Metric.Summary:
                        fields.Kind = reader.Field;
                        fields.Data = bytes;
                        break;
                }
            }

            return fields;
        }
    }
}
