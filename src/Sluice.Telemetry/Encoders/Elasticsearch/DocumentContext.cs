using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// The members <c>resource</c> and <c>scope</c> of the documents of one batch: written when the first record asks, copied for the others.
/// </summary>
internal sealed class DocumentContext(BufferPool buffers, DocumentValues values) : IDisposable
{
    /// <summary>What is kept between batches; a batch with more gives the memory back.</summary>
    private const int RetainedText = 1 << 20;

    private readonly PooledBufferWriter _text = new(buffers, "resources and scopes of documents");
    private Fragment[] _resources = new Fragment[4];
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

    /// <summary>The member <c>resource</c>. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Resource(RecordView record)
    {
        ref var entry = ref _resources[record.Envelope.Resource];
        if (entry.Length == 0)
        {
            var start = _text.Length;
            var json = new JsonOutput(_text);
            json.Name("\"resource\":"u8);
            json.BeginObject();
            json.OptionalString("\"schema_url\":"u8, record.ResourceSchemaUrl);
            values.WriteAttributes(ref json, record.Resource, OtlpFields.Resource.Attributes, record.Signal == Signal.Metrics);
            WriteDropped(ref json, record.Resource, OtlpFields.Resource.DroppedAttributesCount);
            json.EndObject();
            json.Flush();
            entry = new Fragment(start, _text.Length - start);
        }

        return _text.WrittenSpan.Slice(entry.Start, entry.Length);
    }

    /// <summary>The member <c>scope</c>. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Scope(RecordView record)
    {
        ref var entry = ref _scopes[record.Envelope.Scope];
        if (entry.Length == 0)
        {
            var start = _text.Length;
            var scope = ScopeFields.Read(record.Scope);
            var json = new JsonOutput(_text);
            json.Name("\"scope\":"u8);
            json.BeginObject();
            json.OptionalString("\"schema_url\":"u8, record.ScopeSchemaUrl);
            json.OptionalString("\"name\":"u8, scope.Name);
            json.OptionalString("\"version\":"u8, scope.Version);
            values.WriteAttributes(ref json, record.Scope, OtlpFields.Scope.Attributes, record.Signal == Signal.Metrics);
            WriteDropped(ref json, record.Scope, OtlpFields.Scope.DroppedAttributesCount);
            json.EndObject();
            json.Flush();
            entry = new Fragment(start, _text.Length - start);
        }

        return _text.WrittenSpan.Slice(entry.Start, entry.Length);
    }

    public void Dispose() => _text.Dispose();

    private static void Prepare(ref Fragment[] entries, int count)
    {
        if (count > entries.Length)
        {
            entries = new Fragment[Math.Max(count, entries.Length * 2)];
        }
        else
        {
            entries.AsSpan(0, count).Clear();
        }
    }

    private static void WriteDropped(ref JsonOutput json, ReadOnlySpan<byte> message, int field)
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

    /// <summary>Where the text of one is; never empty when written.</summary>
    private readonly record struct Fragment(int Start, int Length);
}
