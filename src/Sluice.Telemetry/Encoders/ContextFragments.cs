using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>
/// The JSON of the resources and scopes of one batch: written when the first record asks, copied for the others. Owns its text, which is
/// rented; <see cref="Begin"/> forgets the batch before.
/// </summary>
internal sealed class ContextFragments(BufferPool buffers, ValueJson values) : IDisposable
{
    /// <summary>What is kept between batches; a batch with more context gives the memory back.</summary>
    private const int RetainedText = 1 << 20;

    private readonly PooledBufferWriter _text = new(buffers, "JSON of resources and scopes");
    private ResourceFragment[] _resources = new ResourceFragment[4];
    private Fragment[] _scopes = new Fragment[8];

    /// <summary>Starts on another batch.</summary>
    public void Begin(EnvelopeBatch batch)
    {
        if (_text.Capacity > RetainedText)
        {
            _text.Dispose();
        }

        _text.Clear();
        Prepare(ref _resources, batch.Resources.Length);
        Prepare(ref _scopes, batch.Scopes.Length);
    }

    /// <summary>The members <c>service</c> and <c>resource</c>, each empty when absent. Valid until the next call.</summary>
    public void Resource(RecordView record, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> resource)
    {
        ref var entry = ref _resources[record.Envelope.Resource];
        if (!entry.Written)
        {
            entry = WriteResource(record);
        }

        service = _text.WrittenSpan.Slice(entry.Service.Start, entry.Service.Length);
        resource = _text.WrittenSpan.Slice(entry.Resource.Start, entry.Resource.Length);
    }

    /// <summary>The member <c>scope</c>, empty when absent. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Scope(RecordView record)
    {
        ref var entry = ref _scopes[record.Envelope.Scope];
        if (!entry.Written)
        {
            entry = WriteScope(record);
        }

        return _text.WrittenSpan.Slice(entry.Start, entry.Length);
    }

    public void Dispose() => _text.Dispose();

    private static void Prepare<T>(ref T[] entries, int count)
    {
        if (count > entries.Length)
        {
            entries = new T[Math.Max(count, entries.Length * 2)];
        }
        else
        {
            entries.AsSpan(0, count).Clear();
        }
    }

    private ResourceFragment WriteResource(RecordView record)
    {
        var serviceStart = _text.Length;
        if (!record.Service.IsEmpty)
        {
            var service = new JsonOutput(_text);
            service.Name("\"service\":"u8);
            service.String(record.Service);
            service.Flush();
        }

        var resourceStart = _text.Length;
        var resource = record.Resource;
        var schemaUrl = record.ResourceSchemaUrl;
        var json = new JsonOutput(_text);
        json.Name("\"resource\":"u8);
        json.BeginObject();
        values.WriteAttributes(ref json, "\"attributes\":"u8, resource, OtlpFields.Resource.Attributes);
        WriteDroppedCount(ref json, resource, OtlpFields.Resource.DroppedAttributesCount);
        json.OptionalString("\"schema_url\":"u8, schemaUrl);
        EntityRefJson.WriteAll(ref json, resource);
        json.EndObject();
        json.Flush();
        var length = DropIfEmpty(resourceStart, "\"resource\":{}"u8);
        return new ResourceFragment(
            new Fragment(true, serviceStart, resourceStart - serviceStart),
            new Fragment(true, resourceStart, length));
    }

    private Fragment WriteScope(RecordView record)
    {
        var start = _text.Length;
        var scope = record.Scope;
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> version = default;
        var reader = new ProtoReader(scope);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.Scope.Name, WireType.LengthDelimited):
                    reader.TryReadBytes(out name);
                    break;
                case (OtlpFields.Scope.Version, WireType.LengthDelimited):
                    reader.TryReadBytes(out version);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        var json = new JsonOutput(_text);
        json.Name("\"scope\":"u8);
        json.BeginObject();
        json.OptionalString("\"name\":"u8, name);
        json.OptionalString("\"version\":"u8, version);
        values.WriteAttributes(ref json, "\"attributes\":"u8, scope, OtlpFields.Scope.Attributes);
        WriteDroppedCount(ref json, scope, OtlpFields.Scope.DroppedAttributesCount);
        json.OptionalString("\"schema_url\":"u8, record.ScopeSchemaUrl);
        json.EndObject();
        json.Flush();
        return new Fragment(true, start, DropIfEmpty(start, "\"scope\":{}"u8));
    }

    private static void WriteDroppedCount(ref JsonOutput json, ReadOnlySpan<byte> message, int field)
    {
        var count = 0UL;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field == field && reader.WireType == WireType.Varint)
            {
                reader.TryReadVarint(out count);
            }
            else
            {
                reader.TrySkip();
            }
        }

        json.OptionalNumber("\"dropped_attributes_count\":"u8, (uint)count);
    }

    private int DropIfEmpty(int start, ReadOnlySpan<byte> emptyMember)
    {
        if (_text.WrittenSpan[start..].SequenceEqual(emptyMember))
        {
            _text.Truncate(start);
        }

        return _text.Length - start;
    }

    private readonly record struct Fragment(bool Written, int Start, int Length);

    private readonly record struct ResourceFragment(Fragment Service, Fragment Resource)
    {
        public bool Written => Resource.Written;
    }
}
