using System.Buffers;
using Sluice.Buffers;

namespace Sluice.Journal.Tests.Replay;

/// <summary>
/// The smallest log that keeps what a journal on disk keeps: groups as bytes, the newest snapshot, and the rule for freeing segments. It runs
/// one state, and brings another back from what it kept.
/// </summary>
internal sealed class ListLog(BufferPool pool, TimeProvider time, int entriesPerSegment)
{
    private readonly List<StoredGroup> _groups = [];
    private readonly HashSet<int> _freed = [];
    private readonly List<ListSegment> _segments = [];
    private byte[] _snapshot = [];
    private ulong _snapshotLsn;
    private ulong _snapshotVersion;
    private DefinedNames _defined;
    private ulong _lsn;

    /// <summary>The beginning of the last epoch: a log keeps it before any group of it.</summary>
    private RecordId _begun;

    public JournalState State { get; private set; } = New(pool, time);

    /// <summary>The clock of the groups.</summary>
    public long NowTicks { get; set; } = 1_000_000_000;

    /// <summary>The chain, the oldest segment first.</summary>
    public IEnumerable<ListSegment> Segments
    {
        get
        {
            for (var segment = State.Head; segment is not null; segment = segment.Next)
            {
                yield return (ListSegment)segment;
            }
        }
    }

    /// <summary>Begins the first epoch.</summary>
    public ListLog Begin()
    {
        State.BeginEpoch(0);
        _begun = State.End;
        return this;
    }

    public LogGroup CreateGroup() => State.Groups.Take();

    /// <summary>Writes a group and applies it; what consumers let go before goes first.</summary>
    public RecordId Commit(LogGroup group)
    {
        WriteReleases();
        return Write(group);
    }

    public void WriteReleases()
    {
        var releases = CreateGroup();
        if (State.TakeReleases(releases))
        {
            Write(releases);
        }
        else
        {
            releases.Dispose();
        }
    }

    public LogConsumer Open(string name, JournalConsumerOptions options)
    {
        var consumer = State.Reserve(name, options);
        var group = CreateGroup();
        group.OpenConsumer(consumer, options.Topics, options.StartAt, State.Earliest, options.Until, options.OnFull, options.MaxLag);
        Commit(group);
        return State.Attach(consumer);
    }

    public void Remove(string name)
    {
        var group = CreateGroup();
        group.RemoveConsumer(State.ReserveForRemoval(name)!);
        Commit(group);
    }

    /// <summary>Keeps a snapshot.</summary>
    public void TakeSnapshot()
    {
        _snapshot = CaptureBytes();
        _snapshotLsn = _lsn;
        _snapshotVersion = State.Version;
    }

    public byte[] CaptureBytes()
    {
        using var stream = new MemoryStream();
        StateSnapshot.Capture(State).WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>Frees a segment that may go: nobody needs it, and the snapshot was taken when nobody did.</summary>
    public bool TryFree(Random random)
    {
        var free = _segments.Take(_segments.Count - 1).Where(segment => !segment.IsNeeded && segment.UnneededSince <= _snapshotVersion && !IsFreed(segment)).ToList();
        if (free.Count == 0)
        {
            return false;
        }

        var segment = free[random.Next(free.Count)];
        if (segment.Entries.Count > 0 && _groups.Any(group => group.Lsn > _snapshotLsn && group.Segment == NumberOf(segment) && group.Entries.Count > 0))
        {
            return false;
        }

        Lose(segment);
        return true;
    }

    /// <summary>Takes a segment out of the chain, needed or not.</summary>
    public void Lose(ListSegment segment)
    {
        _freed.Add(NumberOf(segment));
        if (segment.Previous is null)
        {
            State.Head = segment.Next;
        }
        else
        {
            segment.Previous.Next = segment.Next;
        }

        if (segment.Next is not null)
        {
            segment.Next.Previous = segment.Previous;
        }
    }

    /// <summary>Brings a state back from the snapshot and the groups behind it.</summary>
    /// <returns>A log with that state, which keeps the same groups.</returns>
    public ListLog Recover() => Recover(_snapshot, _snapshotLsn);

    /// <summary>Brings a state back from a snapshot of this moment.</summary>
    public ListLog Copy() => Recover(CaptureBytes(), _lsn);

    private ListLog Recover(byte[] snapshot, ulong snapshotLsn)
    {
        var log = new ListLog(pool, time, entriesPerSegment) { NowTicks = NowTicks };
        log._groups.AddRange(_groups);
        log._freed.UnionWith(_freed);
        log._snapshot = snapshot;
        log._snapshotLsn = snapshotLsn;
        if (snapshot.Length > 0)
        {
            StateSnapshot.Restore(log.State, new MemoryStream(snapshot));
        }

        foreach (var group in _groups.Where(group => group.Lsn <= snapshotLsn))
        {
            log._lsn = group.Lsn;
            log.Keep(group);
        }

        log.State.AttachRestored(log._segments.Find(segment => !log.IsFreed(segment)));
        foreach (var group in _groups.Where(group => group.Lsn > snapshotLsn))
        {
            log.Replay(group);
        }

        log._begun = _begun;
        if (log.State.End < _begun)
        {
            log.State.Recovered(_begun);
        }

        return log;
    }

    /// <summary>Ends a recovery; new records get a new epoch and a new segment.</summary>
    /// <returns>Records lost.</returns>
    public long FinishRecovery()
    {
        var lost = State.FinishRecovery(time.GetUtcNow());
        State.BeginEpoch(State.Epoch);
        _begun = State.End;
        _defined = State.Names;
        return lost;
    }

    private static JournalState New(BufferPool pool, TimeProvider time) => new(pool, time, TimeSpan.FromDays(1));

    private bool IsFreed(ListSegment segment) => _freed.Contains(NumberOf(segment));

    private int NumberOf(ListSegment segment) => _segments.IndexOf(segment);

    private RecordId Write(LogGroup group)
    {
        group.HandOver(State);
        _lsn++;
        var first = State.End;
        var changes = new ArrayBufferWriter<byte>();
        GroupCodec.Write(group, State, ref _defined, NowTicks, changes);
        var isKept = State.HasReaders(group);
        if (isKept && (_segments.Count == 0 || _segments[^1].Epoch != State.Epoch || _segments[^1].End >= entriesPerSegment))
        {
            Add(new ListSegment(State.Epoch, State));
        }

        var stored = new StoredGroup(
            _lsn, first, group.RecordCount, changes.WrittenSpan.ToArray(), _segments.Count - 1, isKept ? Entries(group, first) : []);
        _groups.Add(stored);
        var position = Append(stored);
        State.Apply(group, first, isKept ? _segments[^1] : null, position, NowTicks);
        State.Groups.Return(group);
        return first;
    }

    private void Replay(StoredGroup stored)
    {
        _lsn = stored.Lsn;
        var group = CreateGroup();
        GroupCodec.Read(stored.Changes, State, group, out var nowTicks);
        group.HandOver(State);
        var position = Keep(stored);
        var segment = stored.Entries.Count == 0 ? null : _segments[stored.Segment];
        State.Apply(group, stored.First, stored.Records, segment is null || IsFreed(segment) ? null : segment, position, nowTicks);
        State.Groups.Return(group);
    }

    private int Keep(StoredGroup stored)
    {
        if (stored.Entries.Count == 0)
        {
            return 0;
        }

        while (_segments.Count <= stored.Segment)
        {
            Add(new ListSegment(stored.First.Epoch, State));
        }

        return Append(stored);
    }

    private int Append(StoredGroup stored)
    {
        var position = _segments.Count == 0 ? 0 : _segments[^1].End;
        foreach (var entry in stored.Entries)
        {
            _segments[^1].Append(entry);
        }

        return position;
    }

    private void Add(ListSegment segment)
    {
        var isFreed = _freed.Contains(_segments.Count);
        var last = _segments.FindLast(other => !IsFreed(other));
        _segments.Add(segment);
        if (isFreed)
        {
            return;
        }

        segment.Previous = last;
        if (last is null)
        {
            State.Head = segment;
        }
        else
        {
            last.Next = segment;
        }
    }

    private static List<StoredEntry> Entries(LogGroup group, RecordId first)
    {
        var entries = new List<StoredEntry>();
        foreach (var part in group.Entries)
        {
            var header = LogFormat.ReadEntryHeader(group.EntriesSpan[part.Offset..]);
            var data = group.EntriesSpan.Slice(part.Offset + LogFormat.EntryHeaderSize, header.Length);
            Assert.Equal(Crc32C.Of(data), header.DataCrc);
            entries.Add(new StoredEntry(
                header.Topic, first.Plus(header.RecordsBefore), header.Records, group.ReceivedUnixNano, group.ContextSpan.ToArray(), data.ToArray()));
        }

        return entries;
    }
}
