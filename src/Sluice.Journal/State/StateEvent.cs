namespace Sluice.Journal;

/// <summary>A rare change of what the journal keeps, as part of a group: replaying the groups makes it again.</summary>
internal abstract record StateEvent;

/// <summary>A consumer is opened with what it reads from now on.</summary>
/// <param name="Consumer">Which.</param>
/// <param name="Topics">All that it reads.</param>
/// <param name="StartAt">Where topics start that it did not read before.</param>
/// <param name="Earliest">The first record of the oldest segment when it was opened: the earliest place for it.</param>
/// <param name="Until">The record before which it ends; null: never.</param>
/// <param name="OnFull">What happens when it lags too far.</param>
/// <param name="MaxLag">Bytes it may lag; null without a limit of its own.</param>
internal sealed record ConsumerOpening(
    ConsumerState Consumer, IReadOnlyList<JournalTopic> Topics, StartAt StartAt, RecordId Earliest, RecordId? Until, OnFull OnFull, long? MaxLag)
    : StateEvent;

/// <summary>A consumer is forgotten.</summary>
internal sealed record ConsumerRemoval(ConsumerState Consumer) : StateEvent;

/// <summary>A consumer that nobody opened for too long loses its backlog and its subscriptions, and keeps its counts.</summary>
internal sealed record ConsumerAbandonment(ConsumerState Consumer) : StateEvent;

/// <summary>A table gets its limits.</summary>
/// <param name="Table">Which.</param>
/// <param name="MaxEntries">Entries it may hold.</param>
/// <param name="ExpiryTicks">How long an entry lives, in ticks of 100 ns; null: for ever.</param>
internal sealed record TableLimit(BoundedTable Table, int MaxEntries, long? ExpiryTicks) : StateEvent;
