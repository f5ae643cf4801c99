using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>What a <c>LogRecord</c> holds of a CloudEvent, gathered in one pass. Of a repeated attribute the first counts.</summary>
internal ref struct CloudEventFields
{
    public ulong Time;
    public uint Flags;
    public int SeverityNumber;
    public bool HasBody;
    public ReadOnlySpan<byte> SeverityText;
    public ReadOnlySpan<byte> EventName;
    public ReadOnlySpan<byte> Body;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Source;
    public ReadOnlySpan<byte> SpecVersion;
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Subject;
    public ReadOnlySpan<byte> TimeText;
    public ReadOnlySpan<byte> DataContentType;
    public ReadOnlySpan<byte> DataSchema;
    public ReadOnlySpan<byte> DataEncoding;

    /// <summary>
    /// Whether the record is a CloudEvent, rather than one that tells of a CloudEvent: it has the four required attributes, valid, and its
    /// name is their type. What instrumentation writes about an event that it handled has another name, or none.
    /// </summary>
    public readonly bool IsCloudEvent =>
        !EventName.IsEmpty && Type.SequenceEqual(EventName) && SpecVersion.SequenceEqual("1.0"u8) && !Id.IsEmpty && !Source.IsEmpty
        && CloudEventText.IsAllowed(Type) && CloudEventText.IsAllowed(Id) && CloudEventText.IsAllowed(Source);

    public static CloudEventFields Read(ReadOnlySpan<byte> message)
    {
        var fields = default(CloudEventFields);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.LogRecord.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out fields.Time);
                    break;
                case (OtlpFields.LogRecord.SeverityNumber, WireType.Varint):
                    reader.TryReadVarint(out var severity);
                    fields.SeverityNumber = (int)severity;
                    break;
                case (OtlpFields.LogRecord.SeverityText, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.SeverityText);
                    break;
                case (OtlpFields.LogRecord.Body, WireType.LengthDelimited):
                    fields.HasBody = reader.TryReadBytes(out fields.Body);
                    break;
                case (OtlpFields.LogRecord.Flags, WireType.Fixed32):
                    reader.TryReadFixed32(out fields.Flags);
                    break;
                case (OtlpFields.LogRecord.EventName, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.EventName);
                    break;
                case (OtlpFields.LogRecord.Attributes, WireType.LengthDelimited):
                    reader.TryReadBytes(out var keyValue);
                    fields.Take(new Attribute(keyValue));
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return fields;
    }

    private void Take(Attribute attribute)
    {
        if (!attribute.Key.StartsWith(CloudEventKeys.Prefix))
        {
            return;
        }

        var value = attribute.Value;
        if (value.Kind == AnyValueKind.String)
        {
            TakeFirst(ref Id, CloudEventKeys.Id, attribute.Key, value.Bytes);
            TakeFirst(ref Source, CloudEventKeys.Source, attribute.Key, value.Bytes);
            TakeFirst(ref SpecVersion, CloudEventKeys.SpecVersion, attribute.Key, value.Bytes);
            TakeFirst(ref Type, CloudEventKeys.Type, attribute.Key, value.Bytes);
            TakeFirst(ref Subject, CloudEventKeys.Subject, attribute.Key, value.Bytes);
            TakeFirst(ref TimeText, CloudEventKeys.Time, attribute.Key, value.Bytes);
            TakeFirst(ref DataContentType, CloudEventKeys.DataContentType, attribute.Key, value.Bytes);
            TakeFirst(ref DataSchema, CloudEventKeys.DataSchema, attribute.Key, value.Bytes);
            TakeFirst(ref DataEncoding, CloudEventKeys.DataEncoding, attribute.Key, value.Bytes);
        }
    }

    private static void TakeFirst(ref ReadOnlySpan<byte> field, ReadOnlySpan<byte> wanted, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (field.IsEmpty && key.SequenceEqual(wanted))
        {
            field = value;
        }
    }
}
