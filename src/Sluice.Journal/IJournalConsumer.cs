using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// A reader with a durable cursor. Reading moves only the read position; the cursor moves when a group that carries it is committed.
/// One reader at a time; lag, cursor and counts may be asked from any thread. At every moment, of every topic,
/// <c>subscribed = settled + dropped + lost + pending</c>. Disposing closes it: its cursor stays, and the log is kept for it until it is opened
/// again or <see cref="JournalOptions.OrphanRetention"/> has passed.
/// </summary>
public interface IJournalConsumer : IDisposable
{
    /// <summary>The name it was opened with.</summary>
    string Name { get; }

    /// <summary>The topics it reads.</summary>
    IReadOnlyList<JournalTopic> Topics { get; }

    /// <summary>The durable cursor: all records of its topics before it are settled.</summary>
    RecordId Cursor { get; }

    /// <summary>What it has not settled, over all its topics.</summary>
    JournalLag Lag { get; }

    /// <summary>What it has not settled of one topic, in records, exactly.</summary>
    long PendingRecords(JournalTopic topic);

    /// <summary>Records of one topic that were dropped before it read them (<see cref="OnFull.DropOldest"/>), over the journal's life.</summary>
    long DroppedRecords(JournalTopic topic);

    /// <summary>
    /// Records of one topic that it had not settled when the journal was opened and that were gone: damaged or missing files. Over the
    /// journal's life. Damage that is found by reading is not among them (<see cref="JournalEntry.IsCorrupt"/>).
    /// </summary>
    long LostRecords(JournalTopic topic);

    /// <summary>Records of one topic that its cursor has passed, without those dropped or lost, over the journal's life.</summary>
    long SettledRecords(JournalTopic topic);

    /// <summary>Records of one topic that were committed since it subscribed to it, over the journal's life.</summary>
    long SubscribedRecords(JournalTopic topic);

    /// <summary>Completes when there may be something to read, with false when the journal is closing and there never will be again.</summary>
    ValueTask<bool> WaitAsync(CancellationToken cancellationToken);

    /// <summary>Reads the next entry of its topics and moves the read position behind it.</summary>
    /// <param name="destination">Receives the group's context (see <see cref="JournalEntry.ContextLength"/>) and then the entry's bytes, appended.</param>
    /// <param name="entry">What was read.</param>
    /// <returns>False when it has read to the durable end.</returns>
    /// <exception cref="IOException">The disk does not answer. The read position has not moved: it may answer later.</exception>
    bool TryRead(PooledBufferWriter destination, out JournalEntry entry);

    /// <summary>The length in bytes of what <see cref="TryRead"/> would append next, or -1 at the durable end: lets the reader see to its budget first.</summary>
    int PeekLength();
}
