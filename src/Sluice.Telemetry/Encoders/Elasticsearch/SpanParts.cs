using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>The single fields of a <c>Status</c>.</summary>
internal ref struct StatusFields
{
    public ReadOnlySpan<byte> Message;
    public int Code;

    public static StatusFields Read(ReadOnlySpan<byte> message)
    {
        var fields = default(StatusFields);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.Status.Message, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.Message);
                    break;
                case (OtlpFields.Status.Code, WireType.Varint):
                    reader.TryReadVarint(out var code);
                    fields.Code = (int)code;
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return fields;
    }
}

/// <summary>The single fields of a <c>Span.Event</c>.</summary>
internal ref struct SpanEventFields
{
    public ReadOnlySpan<byte> Name;
    public ulong Time;
    public uint DroppedAttributesCount;

    public static SpanEventFields Read(ReadOnlySpan<byte> message)
    {
        var fields = default(SpanEventFields);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.SpanEvent.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out fields.Time);
                    break;
                case (OtlpFields.SpanEvent.Name, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.Name);
                    break;
                case (OtlpFields.SpanEvent.DroppedAttributesCount, WireType.Varint):
                    reader.TryReadVarint(out var dropped);
                    fields.DroppedAttributesCount = (uint)dropped;
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return fields;
    }
}

/// <summary>The single fields of a <c>Span.Link</c>.</summary>
internal ref struct SpanLinkFields
{
    public ReadOnlySpan<byte> TraceId;
    public ReadOnlySpan<byte> SpanId;
    public ReadOnlySpan<byte> TraceState;
    public uint DroppedAttributesCount;

    public static SpanLinkFields Read(ReadOnlySpan<byte> message)
    {
        var fields = default(SpanLinkFields);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.SpanLink.TraceId, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.TraceId);
                    break;
                case (OtlpFields.SpanLink.SpanId, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.SpanId);
                    break;
                case (OtlpFields.SpanLink.TraceState, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.TraceState);
                    break;
                case (OtlpFields.SpanLink.DroppedAttributesCount, WireType.Varint):
                    reader.TryReadVarint(out var dropped);
                    fields.DroppedAttributesCount = (uint)dropped;
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return fields;
    }
}
