using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// A group under construction, in the form in which it goes into the log: entries in one buffer, ready to be copied in one piece.
/// What is not log (cursors, table changes, counter deltas, events) is kept as small lists, which <see cref="GroupCodec"/> writes and reads.
/// </summary>
internal sealed partial class LogGroup : JournalGroup
{
    /// <summary>Memory that a pooled group may keep, so that one large group does not hold its memory for ever.</summary>
    private const int KeptCapacity = 64 << 10;

    private readonly JournalState _state;
    private readonly PooledBufferWriter _log;
    private readonly PooledBufferWriter _changes;
    private readonly List<EntryPart> _entries = [];
    private readonly List<CursorMove> _cursors = [];
    private readonly List<TableChange> _tableChanges = [];
    private readonly List<CounterDelta> _deltas = [];
    private byte[] _context = [];
    private int _contextLength;
    private int _records;
    private uint _headersCrc;
    private uint _contextCrc;
    private JournalTopic? _openTopic;
    private int _openOffset;
    private bool _building;

    public LogGroup(JournalState state, BufferPool pool)
    {
        _state = state;
        _log = new PooledBufferWriter(pool, "journal group");
        _changes = new PooledBufferWriter(pool, "journal table changes");
    }

    public override int RecordCount => _records;

    public override long Length => (_log.Length == 0 ? 0L : _log.Length + _contextLength) + _changes.Length;

    public List<EntryPart> Entries => _entries;

    /// <summary>The image of the entries (<see cref="LogFormat"/>).</summary>
    public ReadOnlySpan<byte> EntriesSpan => _log.WrittenSpan;

    /// <summary>CRC-32C of the headers of all entries, behind one another; 0 in a journal that keeps no checksums.</summary>
    public uint HeadersCrc => _headersCrc;

    /// <summary>What every entry is read with.</summary>
    public ReadOnlySpan<byte> ContextSpan => _context.AsSpan(0, _contextLength);

    /// <summary>CRC-32C of the context; 0 in a journal that keeps no checksums.</summary>
    public uint ContextCrc => _contextCrc;

    public override void SetContext(ReadOnlySpan<byte> context)
    {
        ThrowIfNotBuilding();
        if (_context.Length < context.Length)
        {
            _context = new byte[Math.Max(256, context.Length)];
        }

        context.CopyTo(_context);
        _contextLength = context.Length;
        _contextCrc = _state.KeepsChecksums ? Crc32C.Of(context) : 0;
    }

    public override PooledBufferWriter BeginEntry(JournalTopic topic)
    {
        ThrowIfNotBuilding();
        ArgumentNullException.ThrowIfNull(topic);
        if (_openTopic is not null)
        {
            throw new InvalidOperationException($"An entry for topic '{_openTopic.Name}' is still open: end it first.");
        }

        _state.ThrowIfForeign(topic);
        _openTopic = topic;
        _openOffset = _log.Length;
        _log.GetSpan(LogFormat.EntryHeaderSize);
        _log.Advance(LogFormat.EntryHeaderSize);
        return _log;
    }

    public override void EndEntry(int recordCount)
    {
        ThrowIfNotBuilding();
        ArgumentOutOfRangeException.ThrowIfNegative(recordCount);
        var topic = _openTopic ?? throw new InvalidOperationException("No entry is open: begin one first.");
        _openTopic = null;
        if (recordCount == 0)
        {
            _log.Truncate(_openOffset);
            return;
        }

        var length = _log.Length - _openOffset - LogFormat.EntryHeaderSize;
        if (length < 0)
        {
            throw new InvalidOperationException($"The entry for topic '{topic.Name}' was cut back beyond its beginning.");
        }

        var image = _log.WrittenForUpdate[_openOffset..];
        var crc = _state.KeepsChecksums ? Crc32C.Of(image[LogFormat.EntryHeaderSize..]) : 0;
        LogFormat.WriteEntryHeader(image, new LogEntryHeader(topic.Ordinal, recordCount, length, crc, _records));
        _headersCrc = _state.KeepsChecksums ? Crc32C.Append(_headersCrc, image[..LogFormat.EntryHeaderSize]) : 0;
        _entries.Add(new EntryPart(topic.Ordinal, _openOffset, LogFormat.EntryHeaderSize + length));
        _records = checked(_records + recordCount);
    }

    public override void SetCursor(IJournalConsumer consumer, RecordId cursor)
    {
        ThrowIfNotBuilding();
        if (consumer is not LogConsumer handle || handle.Journal != _state)
        {
            throw new ArgumentException($"Consumer '{consumer.Name}' belongs to another journal.", nameof(consumer));
        }

        if (cursor.Epoch > _state.Epoch)
        {
            throw new ArgumentException($"Cursor {cursor} is of an epoch that this journal never had.", nameof(cursor));
        }

        MoveCursor(handle.State, cursor);
    }

    public override void Put(JournalTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => ChangeOwn(table, key, value, isDelete: false);

    public override void Delete(JournalTable table, ReadOnlySpan<byte> key) => ChangeOwn(table, key, [], isDelete: true);

    public override void Add(JournalCounter counter, long delta)
    {
        ThrowIfNotBuilding();
        _state.ThrowIfForeign(counter);
        AddDelta(counter, delta);
    }

    public override void Dispose()
    {
        if (_building)
        {
            _building = false;
            _state.Groups.Return(this);
        }
    }

    public void Start() => _building = true;

    /// <summary>Passes the group from its builder to the journal.</summary>
    public void HandOver(JournalState state)
    {
        ThrowIfNotBuilding();
        if (state != _state)
        {
            throw new ArgumentException("The group belongs to another journal.");
        }

        if (_openTopic is not null)
        {
            var topic = _openTopic.Name;
            Dispose();
            throw new InvalidOperationException($"The entry for topic '{topic}' was not ended.");
        }

        _building = false;
    }

    /// <summary>Empties it for the next builder. Only the pool calls it.</summary>
    public void Reset()
    {
        _entries.Clear();
        _cursors.Clear();
        _tableChanges.Clear();
        _deltas.Clear();
        Releases.Clear();
        Events.Clear();
        _contextLength = 0;
        _contextCrc = 0;
        _headersCrc = 0;
        _records = 0;
        _openTopic = null;
        ReceivedUnixNano = 0;
        Trim(_log);
        Trim(_changes);
        if (_context.Length > KeptCapacity)
        {
            _context = [];
        }
    }

    /// <summary>Returns its memory for good.</summary>
    public void Free()
    {
        _log.Dispose();
        _changes.Dispose();
    }

    private static void Trim(PooledBufferWriter writer)
    {
        if (writer.Capacity > KeptCapacity)
        {
            writer.Dispose();
        }
        else
        {
            writer.Clear();
        }
    }

    private void ChangeOwn(JournalTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isDelete)
    {
        ThrowIfNotBuilding();
        if (table is not BoundedTable own || own.Journal != _state)
        {
            throw new ArgumentException($"Table '{table.Name}' belongs to another journal.", nameof(table));
        }

        Change(own, key, value, isDelete);
    }

    private void ThrowIfNotBuilding()
    {
        if (!_building)
        {
            throw new InvalidOperationException("The group was committed or disposed: it belongs to the journal now.");
        }
    }

    /// <summary>An entry: its topic, the offset of its header in <see cref="EntriesSpan"/>, and its length with the header.</summary>
    internal readonly record struct EntryPart(int Topic, int Offset, int Size);
}
