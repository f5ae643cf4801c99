using Sluice.Buffers;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// The body of one bulk request, with what is known of each document in it. Reusable: <see cref="Clear"/> keeps the tables,
/// <see cref="Dispose"/> gives the memory of the text back. Used by one thread at a time.
/// </summary>
public sealed class BulkBody(BufferPool buffers) : IDisposable
{
    private const int RetainedItems = 64 * 1024;

    private readonly List<int> _others = [];
    private BulkItem[] _items = new BulkItem[256];

    /// <summary>The lines of all documents.</summary>
    public PooledBufferWriter Text { get; } = new(buffers, "bulk request");

    /// <summary>The documents, in the order of their lines.</summary>
    public ReadOnlySpan<BulkItem> Items => _items.AsSpan(0, Count);

    /// <summary>Documents.</summary>
    public int Count { get; private set; }

    /// <summary>Goes into each document that is added; the caller's.</summary>
    public int Segment { get; set; }

    /// <summary>Indices of records, lists of which the items point to.</summary>
    public IReadOnlyList<int> Others => _others;

    /// <summary>The id of a document, as it stands in JSON without the quotes.</summary>
    public ReadOnlySpan<byte> IdOf(in BulkItem item) => Text.WrittenSpan.Slice(item.IdStart, item.IdLength);

    /// <summary>Forgets the documents.</summary>
    public void Clear()
    {
        Text.Clear();
        _others.Clear();
        if (_items.Length > RetainedItems)
        {
            _items = new BulkItem[256];
        }

        Count = 0;
    }

    /// <summary>Takes back the documents from this one on.</summary>
    public void Truncate(int count)
    {
        if (count < Count)
        {
            Text.Truncate(_items[count].Start);
            Count = count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        Text.Dispose();
    }

    internal void Add(in BulkItem item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++] = item;
    }

    internal void AddOther(int record) => _others.Add(record);
}
