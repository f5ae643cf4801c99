using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>The single fields of a <c>Span</c>, gathered in one pass.</summary>
internal ref struct SpanFields
{
    public ulong StartTime;
    public ulong EndTime;
    public int Kind;
    public uint Flags;
    public uint DroppedAttributesCount;
    public uint DroppedEventsCount;
    public uint DroppedLinksCount;
    public ReadOnlySpan<byte> TraceId;
    public ReadOnlySpan<byte> SpanId;
    public ReadOnlySpan<byte> ParentSpanId;
    public ReadOnlySpan<byte> TraceState;
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> Status;

    public static SpanFields Read(ReadOnlySpan<byte> message)
    {
        var fields = default(SpanFields);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.WireType)
            {
                case WireType.LengthDelimited:
                    reader.TryReadBytes(out var bytes);
                    fields.Set(reader.Field, bytes);
                    break;
                case WireType.Varint:
                    reader.TryReadVarint(out var number);
                    fields.Set(reader.Field, number);
                    break;
                case WireType.Fixed64 when reader.Field == OtlpFields.Span.StartTimeUnixNano:
                    reader.TryReadFixed64(out fields.StartTime);
                    break;
                case WireType.Fixed64 when reader.Field == OtlpFields.Span.EndTimeUnixNano:
                    reader.TryReadFixed64(out fields.EndTime);
                    break;
                case WireType.Fixed32 when reader.Field == OtlpFields.Span.Flags:
                    reader.TryReadFixed32(out fields.Flags);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return fields;
    }

    private void Set(int field, ReadOnlySpan<byte> bytes)
    {
        switch (field)
        {
            case OtlpFields.Span.TraceId:
                TraceId = bytes;
                break;
            case OtlpFields.Span.SpanId:
                SpanId = bytes;
                break;
            case OtlpFields.Span.ParentSpanId:
                ParentSpanId = bytes;
                break;
            case OtlpFields.Span.TraceState:
                TraceState = bytes;
                break;
            case OtlpFields.Span.Name:
                Name = bytes;
                break;
            case OtlpFields.Span.Status:
                Status = bytes;
                break;
        }
    }

    private void Set(int field, ulong number)
    {
        switch (field)
        {
            case OtlpFields.Span.Kind:
                Kind = (int)number;
                break;
            case OtlpFields.Span.DroppedAttributesCount:
                DroppedAttributesCount = (uint)number;
                break;
            case OtlpFields.Span.DroppedEventsCount:
                DroppedEventsCount = (uint)number;
                break;
            case OtlpFields.Span.DroppedLinksCount:
                DroppedLinksCount = (uint)number;
                break;
        }
    }
}
