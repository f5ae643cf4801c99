using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sluice.Buffers;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;

/// <summary>
/// The answer to a bulk request, written item by item while the request is read: it is sent when the documents are durable, and thrown away
/// when they are not. Texts of requests are repeated as they stand in their JSON.
/// </summary>
internal sealed class BulkAnswer : IDisposable
{
    private const int IdBytes = 9;
    private const int IdPrefixLength = 12;

    private readonly PooledBufferWriter _items;
    private readonly bool _isShort;
    private readonly byte[] _idPrefix = new byte[IdPrefixLength];

    /// <summary>Creates an empty answer.</summary>
    /// <param name="pool">Where memory comes from.</param>
    /// <param name="isShort">Whether the client asks for the status of items alone.</param>
    public BulkAnswer(BufferPool pool, bool isShort)
    {
        _items = new PooledBufferWriter(pool, "answer to a bulk request");
        _isShort = isShort;
        Span<byte> random = stackalloc byte[IdBytes];
        RandomNumberGenerator.Fill(random);
        Base64Url.EncodeToUtf8(random, _idPrefix);
    }

    /// <summary>Items answered.</summary>
    public int Count { get; private set; }

    /// <summary>Items refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Bytes rented.</summary>
    public int Capacity => _items.Capacity;

    /// <summary>The items, separated by commas.</summary>
    public ReadOnlyMemory<byte> Items => _items.WrittenMemory;

    /// <summary>What goes before the items.</summary>
    /// <param name="took">How long the request took.</param>
    public byte[] Head(TimeSpan took) =>
        Encoding.ASCII.GetBytes($"{{\"errors\":{(Refused > 0 ? "true" : "false")},\"took\":{(long)took.TotalMilliseconds},\"items\":[");

    /// <summary>What goes behind the items.</summary>
    public static ReadOnlyMemory<byte> Tail { get; } = "]}"u8.ToArray();

    /// <summary>A document was taken.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <param name="index">Its index, as in JSON.</param>
    /// <param name="id">Its id, as in JSON; empty to be given one.</param>
    public void Created(BulkOperation operation, ReadOnlySpan<byte> index, ReadOnlySpan<byte> id)
    {
        Begin(operation);
        if (_isShort)
        {
            _items.Write("\"status\":201}}"u8);
        }
        else
        {
            WriteDocument(index, id);
            _items.Write(",\"status\":201}}"u8);
        }

        Count++;
    }

    /// <summary>A document was not taken.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <param name="index">Its index, as in JSON; may be empty.</param>
    /// <param name="id">Its id, as in JSON; may be empty.</param>
    /// <param name="type">What the API calls the error.</param>
    /// <param name="reason">What, where and what would be right.</param>
    /// <param name="status">Its status.</param>
    public void Refuse(BulkOperation operation, ReadOnlySpan<byte> index, ReadOnlySpan<byte> id, string type, string reason, int status = StatusCodes.Status400BadRequest)
    {
        Begin(operation);
        if (!_isShort)
        {
            Member("\"_index\":\""u8, index);
            if (!id.IsEmpty)
            {
                Member("\"_id\":\""u8, id);
            }
        }

        _items.Write("\"status\":"u8);
        Utf8Formatter.TryFormat(status, _items.GetSpan(3), out var digits);
        _items.Advance(digits);
        _items.Write(",\"error\":{\"type\":\""u8);
        _items.Write(Encoding.ASCII.GetBytes(type));
        _items.Write("\",\"reason\":"u8);
        WriteText(_items, reason);
        _items.Write("}}}"u8);
        Count++;
        Refused++;
    }

    /// <summary>The answer for a document that came alone.</summary>
    /// <param name="index">Its index, as in JSON.</param>
    /// <param name="id">Its id, as in JSON; empty to be given one.</param>
    public void CreatedAlone(ReadOnlySpan<byte> index, ReadOnlySpan<byte> id)
    {
        _items.WriteByte((byte)'{');
        WriteDocument(index, id);
        _items.WriteByte((byte)'}');
        Count++;
    }

    /// <inheritdoc/>
    public void Dispose() => _items.Dispose();

    /// <summary>Writes text as JSON, quotes included.</summary>
    internal static void WriteText(IBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        output.Write(JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write("\""u8);
    }

    private void Begin(BulkOperation operation)
    {
        if (Count > 0)
        {
            _items.WriteByte((byte)',');
        }

        _items.Write(operation switch
        {
            BulkOperation.Create => "{\"create\":{"u8,
            BulkOperation.Index => "{\"index\":{"u8,
            BulkOperation.Update => "{\"update\":{"u8,
            _ => "{\"delete\":{"u8,
        });
    }

    private void WriteDocument(ReadOnlySpan<byte> index, ReadOnlySpan<byte> id)
    {
        Member("\"_index\":\""u8, index);
        if (id.IsEmpty)
        {
            WriteNewId();
        }
        else
        {
            Member("\"_id\":\""u8, id);
        }

        _items.Write("\"_version\":1,\"result\":\"created\",\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0},\"_seq_no\":"u8);
        Utf8Formatter.TryFormat(Count, _items.GetSpan(11), out var digits);
        _items.Advance(digits);
        _items.Write(",\"_primary_term\":1"u8);
    }

    /// <summary>As long as the ids that Elasticsearch gives: 12 characters for the request, 8 for the item.</summary>
    private void WriteNewId()
    {
        _items.Write("\"_id\":\""u8);
        _items.Write(_idPrefix);
        Utf8Formatter.TryFormat(Count, _items.GetSpan(8), out var digits, new StandardFormat('x', 8));
        _items.Advance(digits);
        _items.Write("\","u8);
    }

    private void Member(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> text)
    {
        _items.Write(begin);
        _items.Write(text);
        _items.Write("\","u8);
    }
}
