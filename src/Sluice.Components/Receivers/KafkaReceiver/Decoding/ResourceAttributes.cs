using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Receivers.KafkaReceiver.Decoding;

/// <summary>Adds attributes to every resource of an encoded export request; everything else stays as it is, unknown fields included.</summary>
internal static class ResourceAttributes
{
    /// <summary>Appends the request with the attributes added. An attribute that is there already is replaced.</summary>
    /// <param name="request">The request; what is malformed in it stays so, but for attributes that are replaced.</param>
    /// <param name="attributes">The attributes as fields of <c>Resource</c>.</param>
    /// <param name="output">Gets it.</param>
    public static void Add(ReadOnlySpan<byte> request, ReadOnlySpan<byte> attributes, PooledBufferWriter output)
    {
        var writer = new ProtoWriter(output);
        var reader = new ProtoReader(request);
        var end = 0;
        for (; reader.TryReadTag() && reader.TrySkip(); end = reader.Position)
        {
            if (reader.Field == OtlpContainer.RequestResources && reader.WireType == WireType.LengthDelimited)
            {
                AddToContainer(Content(reader.FieldBytes), attributes, writer);
            }
            else
            {
                writer.Raw(reader.FieldBytes);
            }
        }

        writer.Raw(request[end..]);
    }

    private static void AddToContainer(ReadOnlySpan<byte> container, ReadOnlySpan<byte> attributes, ProtoWriter writer)
    {
        var mark = writer.BeginMessage(OtlpContainer.RequestResources, container.Length);
        var parts = OtlpContainer.Locate(container);
        var resourceEnd = parts.OwnOffset + parts.OwnLength;
        if (resourceEnd == 0)
        {
            WriteResource([], attributes, writer);
        }

        // Where there are several messages for the resource, the last is the one that counts.
        var reader = new ProtoReader(container);
        var end = 0;
        for (; reader.TryReadTag() && reader.TrySkip(); end = reader.Position)
        {
            if (reader.Position == resourceEnd)
            {
                WriteResource(Content(reader.FieldBytes), attributes, writer);
            }
            else
            {
                writer.Raw(reader.FieldBytes);
            }
        }

        writer.Raw(container[end..]);
        writer.EndMessage(mark, container.Length);
    }

    private static void WriteResource(ReadOnlySpan<byte> resource, ReadOnlySpan<byte> attributes, ProtoWriter writer)
    {
        var mark = writer.BeginMessage(OtlpContainer.Own);
        if (CopyResource(resource, attributes, writer))
        {
            writer.Raw(attributes);
        }

        writer.EndMessage(mark);
    }

    /// <returns>False when it breaks off within a field, to which whatever follows would belong.</returns>
    private static bool CopyResource(ReadOnlySpan<byte> resource, ReadOnlySpan<byte> attributes, ProtoWriter writer)
    {
        var reader = new ProtoReader(resource);
        var end = 0;
        for (; reader.TryReadTag() && reader.TrySkip(); end = reader.Position)
        {
            if (reader.Field != OtlpFields.Resource.Attributes || !IsAmong(Key(Content(reader.FieldBytes)), attributes))
            {
                writer.Raw(reader.FieldBytes);
            }
        }

        writer.Raw(resource[end..]);
        return end == resource.Length;
    }

    private static bool IsAmong(ReadOnlySpan<byte> key, ReadOnlySpan<byte> attributes)
    {
        var reader = new ProtoReader(attributes);
        while (reader.TryReadTag() && reader.TrySkip())
        {
            if (Key(Content(reader.FieldBytes)).SequenceEqual(key))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> keyValue)
    {
        var reader = new ProtoReader(keyValue);
        while (reader.TryReadTag())
        {
            if (reader.Field == OtlpFields.KeyValue.Key && reader.TryReadBytes(out var key))
            {
                return key;
            }

            if (!reader.TrySkip())
            {
                break;
            }
        }

        return default;
    }

    /// <summary>What stands behind the tag and the length of a field.</summary>
    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> field)
    {
        var reader = new ProtoReader(field);
        return reader.TryReadTag() && reader.TryReadBytes(out var content) ? content : default;
    }
}
