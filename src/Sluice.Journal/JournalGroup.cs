using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// The unit of commit: entries for any topics, a consumer's cursor, table changes and counter deltas, durable and visible together.
/// Built by one thread, then consumed by <see cref="IJournal.CommitAsync"/>. Pooled: after a commit or a dispose it belongs to the journal.
/// </summary>
public abstract class JournalGroup : IDisposable
{
    /// <summary>When the data was received, in nanoseconds since 1970.</summary>
    public long ReceivedUnixNano { get; set; }

    /// <summary>Records added so far, over all entries.</summary>
    public abstract int RecordCount { get; }

    /// <summary>Bytes it will take in the log, so far.</summary>
    public abstract long Length { get; }

    /// <summary>Sets the bytes that every entry of the group is read with: the request context.</summary>
    public abstract void SetContext(ReadOnlySpan<byte> context);

    /// <summary>
    /// Starts an entry. Append its bytes to the returned writer, then call <see cref="EndEntry"/>. The writer holds the entries before it
    /// too: what it holds at the start is not the caller's to cut or change.
    /// </summary>
    public abstract PooledBufferWriter BeginEntry(JournalTopic topic);

    /// <summary>Ends the entry begun last; with 0 records it is taken out again.</summary>
    public abstract void EndEntry(int recordCount);

    /// <summary>Moves a consumer's cursor when the group is committed. A cursor never moves back.</summary>
    public abstract void SetCursor(IJournalConsumer consumer, RecordId cursor);

    /// <summary>Sets a key of a table. Both are copied.</summary>
    public abstract void Put(JournalTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>Removes a key of a table; one that is not there is fine.</summary>
    public abstract void Delete(JournalTable table, ReadOnlySpan<byte> key);

    /// <summary>Adds to a counter.</summary>
    public abstract void Add(JournalCounter counter, long delta);

    /// <summary>Gives the group back uncommitted.</summary>
    public abstract void Dispose();
}
