using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.KafkaExporter.Messages;

/// <summary>Says which topic and key the records of one signal have. One thread.</summary>
internal sealed class MessageRouter : IDisposable
{
    private const int HashSize = 32;

    private readonly KafkaSignalOptions _signal;
    private readonly byte[]? _topicAttribute;
    private readonly byte[]? _keyAttribute;
    private readonly byte[]? _topicHeader;
    private readonly byte[]? _keyHeader;
    private readonly TopicNames _names;
    private readonly PooledBufferWriter _segmentKey;
    private EnvelopeBatch? _batch;
    private string? _segmentTopic;
    private string _segmentFault = "";
    private bool _hasSegmentKey;
    private int _resource;
    private string? _resourceTopic;
    private string _resourceFault = "";
    private int _hashedResource;

    public MessageRouter(KafkaSignalOptions signal, string? topicAttribute, TopicNames names, BufferPool buffers)
    {
        _signal = signal;
        _names = names;
        _topicAttribute = Utf8(topicAttribute);
        _keyAttribute = Utf8(signal.KeyFromAttribute);
        _topicHeader = Utf8(signal.TopicFromMetadataKey?.ToLowerInvariant());
        _keyHeader = Utf8(signal.MessageKeyFromMetadataKey?.ToLowerInvariant());
        _segmentKey = new PooledBufferWriter(buffers, "key of Kafka messages");
    }

    /// <summary>Whether all records of one request have the same topic and key.</summary>
    public bool IsByRequest => _topicAttribute is null && _keyAttribute is null && _signal.Key == KafkaKeySource.None;

    /// <summary>Whether all records have the same topic, and none has a key.</summary>
    public bool IsFixed => IsByRequest && _topicHeader is null && _keyHeader is null;

    /// <summary>Starts on a run of records.</summary>
    public void Begin(in DeliverySegment segment)
    {
        _batch = segment.Batch;
        _resource = _hashedResource = -1;
        _segmentTopic = null;
        _segmentFault = "";
        _hasSegmentKey = false;
        if (_topicHeader is not null && TryFindHeader(segment, _topicHeader, out var topic))
        {
            _segmentTopic = _names.Find(topic, out _segmentFault);
        }

        if (_keyHeader is not null && TryFindHeader(segment, _keyHeader, out var key))
        {
            _hasSegmentKey = true;
            _segmentKey.Clear();
            _segmentKey.Write(key);
        }
    }

    /// <summary>The topic of a record of the run.</summary>
    /// <param name="index">Which record of its batch.</param>
    /// <param name="fault">Why it has none.</param>
    /// <returns>Null when it has none: the record cannot be sent.</returns>
    public string? TopicOf(int index, out string fault)
    {
        fault = _segmentFault;
        if (_segmentTopic is not null || fault.Length > 0)
        {
            return _segmentTopic;
        }

        if (_topicAttribute is null)
        {
            return _signal.Topic;
        }

        var resource = _batch!.Envelopes[index].Resource;
        if (resource != _resource)
        {
            _resource = resource;
            var isThere = AttributeEnumerator.TryFind(_batch.GetRecord(index).Resource, OtlpFields.Resource.Attributes, _topicAttribute, out var value)
                && value is { Kind: AnyValueKind.String, Bytes.IsEmpty: false };
            _resourceFault = "";
            _resourceTopic = isThere ? _names.Find(value.Bytes, out _resourceFault) : _signal.Topic;
        }

        fault = _resourceFault;
        return _resourceTopic;
    }

    /// <summary>Appends the key of a record of the run.</summary>
    /// <returns>False when it has none.</returns>
    public bool TryWriteKey(int index, PooledBufferWriter key)
    {
        if (_keyHeader is not null)
        {
            key.Write(_hasSegmentKey ? _segmentKey.WrittenSpan : default);
            return _hasSegmentKey;
        }

        if (_keyAttribute is not null)
        {
            return TryWriteAttribute(_batch!.GetRecord(index), _keyAttribute, key);
        }

        switch (_signal.Key)
        {
            case KafkaKeySource.TraceId:
                var trace = _batch!.Envelopes[index].TraceId;
                WriteHex(trace.High, trace.Low, trace.IsEmpty, key);
                return !trace.IsEmpty;
            case KafkaKeySource.Service:
                var service = _batch!.GetRecord(index).Service;
                key.Write(service);
                return !service.IsEmpty;
            case KafkaKeySource.Resource:
                WriteResource(index, key);
                return true;
            default:
                return false;
        }
    }

    public void Dispose() => _segmentKey.Dispose();

    /// <summary>The first value of a header of the request that a run came with.</summary>
    public static bool TryFindHeader(in DeliverySegment segment, byte[] name, out ReadOnlySpan<byte> value)
    {
        value = RequestContext.ReadHeader(segment.Context.Span, name);
        return !value.IsEmpty;
    }

    private static byte[]? Utf8(string? text) => string.IsNullOrEmpty(text) ? null : Encoding.UTF8.GetBytes(text);

    private static void WriteHex(ulong high, ulong low, bool isEmpty, PooledBufferWriter key)
    {
        if (isEmpty)
        {
            return;
        }

        var digits = key.GetSpan(HashSize);
        high.TryFormat(digits, out _, "x16", CultureInfo.InvariantCulture);
        low.TryFormat(digits[16..], out _, "x16", CultureInfo.InvariantCulture);
        key.Advance(HashSize);
    }

    private static bool TryWriteAttribute(in RecordView record, ReadOnlySpan<byte> name, PooledBufferWriter key)
    {
        if (!AttributeEnumerator.TryFind(record.Message, RecordView.AttributesField(record.Signal), name, out var value)
            && !AttributeEnumerator.TryFind(record.Resource, OtlpFields.Resource.Attributes, name, out value))
        {
            return false;
        }

        const int longestNumber = 32;
        var space = key.GetSpan(longestNumber);
        var length = 0;
        switch (value.Kind)
        {
            case AnyValueKind.String or AnyValueKind.Bytes:
                key.Write(value.Bytes);
                return true;
            case AnyValueKind.Bool:
                key.Write(value.Bool ? "true"u8 : "false"u8);
                return true;
            case AnyValueKind.Int:
                value.Int.TryFormat(space, out length, default, CultureInfo.InvariantCulture);
                break;
            case AnyValueKind.Double:
                value.Double.TryFormat(space, out length, default, CultureInfo.InvariantCulture);
                break;
            default:
                return false;
        }

        key.Advance(length);
        return true;
    }

    /// <summary>The sum of the hashes of all attributes, so that their order does not matter.</summary>
    private void WriteResource(int index, PooledBufferWriter key)
    {
        var resource = _batch!.Envelopes[index].Resource;
        if (resource != _hashedResource)
        {
            _hashedResource = resource;
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            UInt128 sum = 0;
            foreach (var attribute in _batch.GetRecord(index).ResourceAttributes)
            {
                SHA256.HashData(attribute.Encoded, hash);
                sum += System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
            }

            _segmentKey.Clear();
            WriteHex((ulong)(sum >> 64), (ulong)sum, isEmpty: false, _segmentKey);
        }

        key.Write(_segmentKey.WrittenSpan);
    }
}
