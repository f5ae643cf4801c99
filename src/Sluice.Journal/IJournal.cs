namespace Sluice.Journal;

/// <summary>
/// The log behind every pipeline: groups go in and become durable and visible whole or not at all; consumers read on from their cursors.
/// It knows nothing of telemetry: entries, keys and values are bytes. Thread-safe.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Random, made with the journal; it tells one journal's record ids and cursors from another's.</summary>
    Guid Id { get; }

    /// <summary>The epoch of this opening: the high half of every record id it gives out.</summary>
    ulong Epoch { get; }

    /// <summary>The position behind the last durable record. Consumers see nothing beyond it.</summary>
    RecordId DurableEnd { get; }

    /// <summary>Finds or makes the topic of this name.</summary>
    JournalTopic OpenTopic(string name);

    /// <summary>Finds or makes the table of this name. Its limits are those of the last opening.</summary>
    JournalTable OpenTable(string name, JournalTableOptions options);

    /// <summary>Finds or makes the durable counter of this name.</summary>
    JournalCounter OpenCounter(string name);

    /// <summary>
    /// Finds or makes a consumer. One that exists keeps its cursor; topics that it did not read before start where
    /// <see cref="JournalConsumerOptions.StartAt"/> says, and what it had pending of topics that it reads no more is counted as dropped.
    /// What was read before it was closed and not settled is read again, except what was let go to make room for others, which is counted
    /// as dropped. Each name can be open once at a time.
    /// </summary>
    IJournalConsumer OpenConsumer(string name, JournalConsumerOptions options);

    /// <summary>
    /// Forgets a consumer that is not open: its cursor, its backlog and its counts. One that is not there is fine. Completes when that is
    /// durable, or was refused, with nothing changed.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is open.</exception>
    ValueTask<CommitResult> RemoveConsumerAsync(string name);

    /// <summary>
    /// Takes an empty group from the pool. Hand it to <see cref="CommitAsync"/>, or dispose it; never both, so not with a <c>using</c>
    /// statement: once committed it may be another builder's.
    /// </summary>
    JournalGroup CreateGroup();

    /// <summary>Appends a group and completes when it is durable and visible, or was refused with nothing written.</summary>
    /// <param name="group">Consumed: the caller must not touch it again, whatever the outcome.</param>
    /// <param name="kind">Which space it may use.</param>
    /// <remarks>
    /// Waits for space at most <see cref="JournalOptions.MaxWait"/>. Continuations never run on the appender's thread. There is no
    /// cancellation: once handed over, a group is committed or refused, and the answer says which.
    /// </remarks>
    ValueTask<CommitResult> CommitAsync(JournalGroup group, CommitKind kind = CommitKind.Intake);

    /// <summary>
    /// Runs <paramref name="read"/> between two groups: all that it reads of counters, tables, consumers and the durable end belongs to one
    /// moment. Commits wait for it, so it is short and neither waits nor commits.
    /// </summary>
    void ReadTogether(Action read);

    /// <summary>A snapshot for status pages and metrics.</summary>
    JournalStatus GetStatus();
}
