using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.DeadLetters;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>Makes a dead letter of a message that cannot be read: a log record whose body are its bytes, with where it was as attributes.</summary>
internal static class UnreadableMessage
{
    /// <summary>Writes the record of a message.</summary>
    /// <param name="record">The message.</param>
    /// <param name="output">Gets an export request with it.</param>
    public static void Write(in KafkaRecord record, PooledBufferWriter output)
    {
        var builder = new OtlpRequestBuilder(output);
        builder.BeginResource();
        builder.BeginScope("sluice/kafka"u8);
        builder.BeginRecord();
        builder.Attribute("messaging.system"u8, "kafka"u8);
        builder.Attribute("messaging.destination.name"u8, record.Partition.Topic);
        builder.Attribute("messaging.destination.partition.id"u8, record.Partition.Number.ToString(CultureInfo.InvariantCulture));
        builder.Attribute("messaging.kafka.offset"u8, record.Offset);
        if (record.HasKey)
        {
            builder.Key("messaging.kafka.message.key"u8);
            builder.Bytes(record.Key);
        }

        var headers = record.Headers;
        while (headers.MoveNext())
        {
            builder.Key($"kafka.header.{Encoding.UTF8.GetString(headers.Name)}");
            builder.Bytes(headers.Value);
        }

        if (!record.IsTombstone)
        {
            builder.Body();
            builder.Bytes(record.Value);
        }

        builder.EndRecord();
        builder.Finish();
    }

    /// <summary>The dead letter.</summary>
    /// <param name="context">What the runtime gives the receiver.</param>
    /// <param name="partition">Where the message was.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="reason">Why it cannot be read.</param>
    /// <param name="request">What <see cref="Write"/> made of it.</param>
    public static DeadLetter ToLetter(ComponentContext context, KafkaPartition partition, long offset, string reason, ReadOnlyMemory<byte> request) => new()
    {
        Time = context.Time.GetUtcNow(),
        Component = context.Id.ToString(),
        Pipeline = "",
        Signal = Signal.Logs,
        Id = new RecordId(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(OffsetEntry.KeyOf(partition.Topic, partition.Number))), (ulong)offset),
        ReceivedUnixNano = UnixTime.ToNano(context.Time.GetUtcNow()),
        Reason = string.Create(CultureInfo.InvariantCulture, $"{partition}, offset {offset}: {reason}"),
        Attempts = 1,
        Request = request,
    };
}
