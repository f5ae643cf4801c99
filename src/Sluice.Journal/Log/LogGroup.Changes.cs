namespace Sluice.Journal;

/// <content>What the journal itself puts into groups, and what <see cref="GroupCodec"/> reads back into them.</content>
internal sealed partial class LogGroup
{
    public List<CursorMove> Cursors => _cursors;

    public List<TableChange> TableChanges => _tableChanges;

    public List<CounterDelta> Deltas => _deltas;

    public List<Release> Releases { get; } = [];

    public List<StateEvent> Events { get; } = [];

    /// <summary>Opens a consumer that was reserved (<see cref="JournalState.Reserve"/>); <see cref="JournalState.Attach"/> follows when it is applied.</summary>
    public void OpenConsumer(
        ConsumerState consumer, IReadOnlyList<JournalTopic> topics, StartAt startAt, RecordId earliest, RecordId? until, OnFull onFull, long? maxLag) =>
        Events.Add(new ConsumerOpening(consumer, [.. topics.Distinct()], startAt, earliest, until, onFull, maxLag));

    public void RemoveConsumer(ConsumerState consumer) => Events.Add(new ConsumerRemoval(consumer));

    public void AbandonConsumer(ConsumerState consumer) => Events.Add(new ConsumerAbandonment(consumer));

    public void LetGo(ConsumerState consumer, RecordId releasedThrough, RecordId droppedThrough) =>
        Releases.Add(new Release(consumer, releasedThrough, droppedThrough));

    public void LimitTable(BoundedTable table, int maxEntries, long? expiryTicks)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxEntries);
        if (expiryTicks is { } ticks)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ticks, nameof(expiryTicks));
        }

        Events.Add(new TableLimit(table, maxEntries, expiryTicks));
    }

    public ReadOnlySpan<byte> KeyOf(in TableChange change) => _changes.WrittenSpan.Slice(change.Offset, change.KeyLength);

    public ReadOnlySpan<byte> ValueOf(in TableChange change) => _changes.WrittenSpan.Slice(change.Offset + change.KeyLength, change.ValueLength);

    /// <summary>Adds a cursor move without a handle.</summary>
    public void MoveCursor(ConsumerState consumer, RecordId cursor) => _cursors.Add(new CursorMove(consumer, cursor));

    /// <summary>Adds a put or a delete without asking who owns the table.</summary>
    public void Change(BoundedTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isDelete)
    {
        _tableChanges.Add(new TableChange(table, _changes.Length, key.Length, value.Length, isDelete));
        _changes.Write(key);
        _changes.Write(value);
    }

    /// <summary>Adds a delta without asking who owns the counter.</summary>
    public void AddDelta(JournalCounter counter, long delta) => _deltas.Add(new CounterDelta(counter, delta));

    internal readonly record struct CursorMove(ConsumerState Consumer, RecordId Cursor);

    /// <summary>A put or delete; the value follows the key in the buffer of changes.</summary>
    internal readonly record struct TableChange(BoundedTable Table, int Offset, int KeyLength, int ValueLength, bool IsDelete);

    internal readonly record struct CounterDelta(JournalCounter Counter, long Delta);
}
