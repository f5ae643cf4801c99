using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>Writes the <c>Exemplar</c> messages of a data point.</summary>
internal static class ExemplarJson
{
    /// <summary>Writes the member <c>exemplars</c>, unless there are none.</summary>
    public static void WriteAll(ref JsonOutput json, ReadOnlySpan<byte> message, int field, ValueJson values)
    {
        var exemplars = new RepeatedField(message, field);
        if (!exemplars.MoveNext())
        {
            return;
        }

        json.Name("\"exemplars\":"u8);
        json.BeginArray();
        do
        {
            Write(ref json, exemplars.Current, values);
        }
        while (exemplars.MoveNext());

        json.EndArray();
    }

    private static void Write(ref JsonOutput json, ReadOnlySpan<byte> message, ValueJson values)
    {
        var time = 0UL;
        var value = default(NumberValue);
        ReadOnlySpan<byte> traceId = default;
        ReadOnlySpan<byte> spanId = default;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.Exemplar.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out time);
                    break;
                case (OtlpFields.Exemplar.AsDouble, WireType.Fixed64):
                    value.ReadDouble(ref reader);
                    break;
                case (OtlpFields.Exemplar.AsInt, WireType.Fixed64):
                    value.ReadInteger(ref reader);
                    break;
                case (OtlpFields.Exemplar.TraceId, WireType.LengthDelimited):
                    reader.TryReadBytes(out traceId);
                    break;
                case (OtlpFields.Exemplar.SpanId, WireType.LengthDelimited):
                    reader.TryReadBytes(out spanId);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        json.BeginObject();
        json.OptionalTime("\"time\":"u8, time);
        value.Write(ref json);
        json.OptionalHex("\"trace_id\":"u8, traceId);
        json.OptionalHex("\"span_id\":"u8, spanId);
        values.WriteAttributes(ref json, "\"filtered_attributes\":"u8, message, OtlpFields.Exemplar.FilteredAttributes);
        json.EndObject();
    }
}
