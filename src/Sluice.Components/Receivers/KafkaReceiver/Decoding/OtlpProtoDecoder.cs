using Sluice.Buffers;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Decoding;

/// <summary>
/// Takes OTLP in protobuf as it is: export requests after one another are an export request. What is within a message is checked when all of
/// them are indexed; that it ends where it ends, here, so that none runs into the next.
/// </summary>
internal sealed class OtlpProtoDecoder : IMessageDecoder
{
    public string? Append(in KafkaRecord record, PooledBufferWriter output)
    {
        var reader = new ProtoReader(record.Value);
        while (reader.TryReadTag() && reader.TrySkip())
        {
        }

        if (reader.Malformed)
        {
            return $"not an OTLP export request: malformed protobuf at byte {reader.Position} of {record.Value.Length}";
        }

        output.Write(record.Value);
        return null;
    }

    public void Dispose()
    {
        // It holds nothing.
    }
}
