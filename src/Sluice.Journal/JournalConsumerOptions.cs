namespace Sluice.Journal;

/// <summary>What a consumer reads and what happens when it lags.</summary>
public sealed record JournalConsumerOptions
{
    /// <summary>The topics to read; entries arrive in commit order over all of them.</summary>
    public required IReadOnlyList<JournalTopic> Topics { get; init; }

    /// <summary>
    /// Where a topic that this consumer did not read before starts. The earliest place is the oldest entry still held, but not before the
    /// cursor of a consumer that exists.
    /// </summary>
    public StartAt StartAt { get; init; } = StartAt.Latest;

    /// <summary>
    /// Bytes it may lag behind before <see cref="OnFull"/> applies; null: the journal's whole size. A rejecting consumer with nothing pending
    /// takes any group, so that a limit below the size of a group delays it and does not bar it.
    /// </summary>
    public long? MaxLag { get; init; }

    /// <summary>Where it ends: it never reads this record or any behind it. Null: never. For consumers that go over a part of the log once.</summary>
    public RecordId? Until { get; init; }

    /// <summary>What happens when it lags too far.</summary>
    public OnFull OnFull { get; init; } = OnFull.Reject;
}
