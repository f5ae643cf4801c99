using System.Buffers.Binary;
using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// What every kind of journal keeps in memory: the names, the order of records, tables, counters, and the account of every consumer.
/// A journal stores a group's bytes and then applies it here, when it is durable; what is applied is what is visible.
/// </summary>
/// <remarks>
/// <para><see cref="Gate"/> guards everything. What must hold whenever it is free:</para>
/// <list type="bullet">
/// <item>Groups are applied one after the other, each wholly; record ids are dense in that order.</item>
/// <item>For each consumer and topic: subscribed = settled + dropped + lost + pending, and pending is the sum over its unsettled entries.</item>
/// <item>A segment's needs are exactly its unsettled entries, once per consumer that reads them.</item>
/// <item>Applying the same groups to the same state gives the same state: nothing of what is kept depends on anything else, except releases
/// (<see cref="TakeReleases"/>), which a later group records.</item>
/// <item>No continuation of a caller runs while it is held.</item>
/// </list>
/// </remarks>
internal sealed partial class JournalState
{
    private readonly TimeProvider _time;
    private readonly List<ReadSignal> _toWake = [];
    private ulong _epoch;
    private ulong _nextSequence;

    /// <summary>Creates an empty state. <see cref="BeginEpoch"/> comes before the first new record.</summary>
    /// <param name="pool">Where the memory of groups comes from.</param>
    /// <param name="time">The clock for expiry, the epoch and orphans.</param>
    /// <param name="orphanRetention">How long the backlog of a consumer is kept that is not open.</param>
    /// <param name="keepsChecksums">Whether groups compute checksums of their entries.</param>
    public JournalState(BufferPool pool, TimeProvider time, TimeSpan orphanRetention, bool keepsChecksums = true)
    {
        _time = time;
        _orphanRetention = orphanRetention;
        KeepsChecksums = keepsChecksums;
        Groups = new LogGroupPool(this, pool);
    }

    public Lock Gate { get; } = new();

    public bool KeepsChecksums { get; }

    public ulong Epoch => _epoch;

    public LogGroupPool Groups { get; }

    /// <summary>The oldest segment of the chain, or null. The log keeps it up to date.</summary>
    public LogSegment? Head { get; set; }

    public bool IsClosed { get; private set; }

    /// <summary>
    /// Grows with every change: with each group that is applied and each time that consumers let go of backlog. A segment that got unneeded
    /// at some version is walked over by no replay from a snapshot of that version or a later one.
    /// </summary>
    public ulong Version { get; private set; }

    /// <summary>Groups applied since the opening that were not the journal's own.</summary>
    public long GroupCount { get; private set; }

    /// <summary>The position behind the last visible record. Safe without the gate once the epoch has begun.</summary>
    public RecordId End => new(_epoch, Volatile.Read(ref _nextSequence));

    /// <summary>The first record still in the log, or the end.</summary>
    public RecordId Earliest
    {
        get
        {
            var segment = Head;
            while (segment is not null && segment.FirstPosition >= segment.End)
            {
                segment = segment.Next;
            }

            return segment?.FirstRecord ?? End;
        }
    }

    /// <summary>
    /// Draws the epoch of this opening: the second in which it began above 32 random bits, and above every epoch before it even if the clock
    /// was set back.
    /// </summary>
    public void BeginEpoch(ulong previous)
    {
        // It has to be unique, not secret: cryptography would bring its libraries into every process for this.
        Span<byte> random = stackalloc byte[sizeof(uint)];
        Random.Shared.NextBytes(random);
        var second = (ulong)Math.Clamp(_time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue);
        var epoch = (second << 32) | BinaryPrimitives.ReadUInt32LittleEndian(random);
        Recovered(new RecordId(epoch > previous ? epoch : previous + 1, 0));
    }

    /// <summary>Says where the log ended.</summary>
    public void Recovered(RecordId end)
    {
        _epoch = end.Epoch;
        Volatile.Write(ref _nextSequence, end.Sequence);
    }

    /// <summary>Whether anybody reads any of the group's entries: only then need its bytes be kept.</summary>
    public bool HasReaders(LogGroup group)
    {
        foreach (var entry in group.Entries)
        {
            if (_readers[entry.Topic].Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes a group visible that was just written.</summary>
    /// <param name="group">The group.</param>
    /// <param name="first">The id of its first record and, with or without records, the position of everything in it.</param>
    /// <param name="segment">Where its entries are; null when none were kept, because nobody reads them.</param>
    /// <param name="position">The position of its first entry; the others follow.</param>
    /// <param name="nowTicks">The time written in the group, in UTC ticks.</param>
    /// <returns><paramref name="first"/>.</returns>
    public RecordId Apply(LogGroup group, RecordId first, LogSegment? segment, int position, long nowTicks) =>
        Apply(group, first, group.RecordCount, segment, position, nowTicks);

    /// <summary>Makes a group visible that was read back: it holds changes only, and its entries are in the segment.</summary>
    public RecordId Apply(LogGroup group, RecordId first, int records, LogSegment? segment, int position, long nowTicks)
    {
        Version++;
        foreach (var release in group.Releases)
        {
            release.Consumer.LetGo(release);
        }

        foreach (var change in group.Events)
        {
            Apply(change, first, nowTicks);
        }

        // Before its own entries are accounted: a group cannot settle what it appends.
        foreach (var move in group.Cursors)
        {
            move.Consumer.MoveCursor(move.Cursor < first ? move.Cursor : first);
        }

        foreach (var table in _tables)
        {
            table.Expire(nowTicks);
        }

        foreach (var change in group.TableChanges)
        {
            if (change.IsDelete)
            {
                change.Table.Remove(group.KeyOf(change));
            }
            else
            {
                change.Table.Put(group.KeyOf(change), group.ValueOf(change), nowTicks);
            }
        }

        foreach (var delta in group.Deltas)
        {
            delta.Counter.Apply(delta.Delta);
        }

        var end = first.Plus(records);
        if (segment is not null)
        {
            Append(segment, position, end);
        }

        GroupCount += group.Events.Count == 0 && group.Releases.Count == 0 ? 1 : 0;
        Recovered(end);
        foreach (var signal in _toWake)
        {
            signal.Set(true);
        }

        _toWake.Clear();
        return first;
    }

    /// <summary>Refuses everything from now on and wakes every reader for the last time; under the gate.</summary>
    public void Close()
    {
        IsClosed = true;
        foreach (var consumer in _consumers)
        {
            consumer.LeaveLog();
        }
    }

    private void Apply(StateEvent change, RecordId first, long nowTicks)
    {
        switch (change)
        {
            case ConsumerOpening opening:
                opening.Consumer.Open(opening, Head, first);
                IndexReaders(first);
                break;
            case ConsumerAbandonment abandonment:
                abandonment.Consumer.Abandon(Head, first);
                IndexReaders(first);
                break;
            case ConsumerRemoval removal:
                removal.Consumer.Abandon(Head, first);
                Forget(removal.Consumer);
                IndexReaders(first);
                break;
            case TableLimit limit:
                limit.Table.Limit(limit.MaxEntries, limit.ExpiryTicks, nowTicks);
                break;
            default:
                throw new ArgumentException($"There is no way to apply {change}.", nameof(change));
        }
    }

    private void Append(LogSegment segment, int position, RecordId end)
    {
        while (position < segment.End)
        {
            var entry = segment.EntryAt(position);
            if (entry.FirstRecord >= end)
            {
                return;
            }

            var readers = entry.Topic < _readers.Length ? _readers[entry.Topic] : [];
            foreach (var reader in readers)
            {
                if (reader.Append(entry, new LogPosition(segment, position)) && reader.Signal is { } signal)
                {
                    _toWake.Add(signal);
                }

                if (reader is { IsSuspect: false, IsBeyondLimit: true })
                {
                    Suspect(reader);
                }
            }

            position = entry.NextPosition;
        }
    }

    private void IndexReaders(RecordId end)
    {
        for (var i = 0; i < _readers.Length; i++)
        {
            var topic = i;
            _readers[i] = [.. _consumers.Where(consumer => consumer.WillRead(topic, end))];
        }
    }
}
