using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Decoding;

/// <summary>Gives the resources that another decoder makes of a message attributes of the message: chosen headers, and its place.</summary>
internal sealed class AttributedDecoder : IMessageDecoder
{
    private readonly IMessageDecoder _inner;
    private readonly (byte[] Name, byte[] Key)[] _headers;
    private readonly bool _withPlace;
    private readonly byte[] _group;
    private readonly PooledBufferWriter _records;
    private readonly PooledBufferWriter _attributes;

    public AttributedDecoder(IMessageDecoder inner, BufferPool buffers, KafkaReceiverOptions options)
    {
        _inner = inner;
        _headers = options.HeaderExtraction.ExtractHeaders
            ? [.. options.HeaderExtraction.Headers.Select(name => (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes("kafka.header." + name)))]
            : [];
        _withPlace = options.MessageAttributes;
        _group = Encoding.UTF8.GetBytes(options.GroupId);
        _records = new PooledBufferWriter(buffers, "records of a Kafka message");
        _attributes = new PooledBufferWriter(buffers, "attributes of a Kafka message");
    }

    public string? Append(in KafkaRecord record, PooledBufferWriter output)
    {
        _records.Clear();
        if (_inner.Append(record, _records) is { } problem)
        {
            return problem;
        }

        WriteAttributes(record);
        if (_attributes.Length == 0)
        {
            output.Write(_records.WrittenSpan);
        }
        else
        {
            ResourceAttributes.Add(_records.WrittenSpan, _attributes.WrittenSpan, output);
        }

        return null;
    }

    public void Dispose()
    {
        _inner.Dispose();
        _records.Dispose();
        _attributes.Dispose();
    }

    private void WriteAttributes(in KafkaRecord record)
    {
        _attributes.Clear();
        if (_withPlace)
        {
            Span<byte> number = stackalloc byte[11];
            record.Partition.Number.TryFormat(number, out var length, default, CultureInfo.InvariantCulture);
            Write("messaging.system"u8, "kafka"u8);
            Write("messaging.destination.name"u8, Encoding.UTF8.GetBytes(record.Partition.Topic));
            Write("messaging.destination.partition.id"u8, number[..length]);
            Write("messaging.consumer.group.name"u8, _group);
            Write("messaging.kafka.offset"u8, record.Offset);
            if (record.HasKey)
            {
                Write("messaging.kafka.message.key"u8, record.Key);
            }
        }

        foreach (var (name, key) in _headers)
        {
            var headers = record.Headers;
            while (headers.MoveNext())
            {
                if (headers.Name.SequenceEqual(name))
                {
                    Write(key, headers.Value);
                    break;
                }
            }
        }
    }

    /// <summary>A text where it is one, and bytes where it is none.</summary>
    private void Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var writer = new ProtoWriter(_attributes);
        var attribute = writer.BeginMessage(OtlpFields.Resource.Attributes);
        writer.Bytes(OtlpFields.KeyValue.Key, key);
        var any = writer.BeginMessage(OtlpFields.KeyValue.Value);
        writer.Bytes(Utf8.IsValid(value) ? OtlpFields.AnyValue.String : OtlpFields.AnyValue.Bytes, value);
        writer.EndMessage(any);
        writer.EndMessage(attribute);
    }

    private void Write(ReadOnlySpan<byte> key, long value)
    {
        var writer = new ProtoWriter(_attributes);
        var attribute = writer.BeginMessage(OtlpFields.Resource.Attributes);
        writer.Bytes(OtlpFields.KeyValue.Key, key);
        var any = writer.BeginMessage(OtlpFields.KeyValue.Value);
        writer.Varint(OtlpFields.AnyValue.Int, (ulong)value);
        writer.EndMessage(any);
        writer.EndMessage(attribute);
    }
}
