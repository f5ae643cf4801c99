using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>Writes the body of log records and nothing else: text and bytes as they are, other values as JSON. Used by one thread at a time.</summary>
public sealed class RawBodyEncoder
{
    private readonly ValueJson _values = new();

    /// <summary>Appends the body of a record; nothing where it has none.</summary>
    public void Encode(in RecordView record, PooledBufferWriter output)
    {
        ReadOnlySpan<byte> body = default;
        var reader = new ProtoReader(record.Message);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.LogRecord.Body, WireType: WireType.LengthDelimited })
            {
                reader.TryReadBytes(out body);
            }
            else
            {
                reader.TrySkip();
            }
        }

        var value = AnyValue.Read(body);
        switch (value.Kind)
        {
            case AnyValueKind.Empty:
                break;
            case AnyValueKind.String or AnyValueKind.Bytes:
                output.Write(value.Bytes);
                break;
            default:
                var json = new JsonOutput(output);
                _values.WriteValue(ref json, value);
                json.Flush();
                break;
        }
    }
}
