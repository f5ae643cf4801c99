namespace Sluice.Journal.Tests.Replay;

/// <summary>A segment as a list: positions are ordinals, and everything can be looked at afterwards.</summary>
internal sealed class ListSegment(ulong epoch, JournalState state) : LogSegment(epoch)
{
    private readonly List<StoredEntry> _entries = [];

    public override int FirstPosition => 0;

    /// <summary>The version of the state at which nobody needed it any more.</summary>
    public ulong UnneededSince { get; private set; } = state.Version;

    public IReadOnlyList<StoredEntry> Entries => _entries;

    public bool IsDamaged { get; set; }

    public override RecordId RecordsEnd => _entries.Count == 0 ? new RecordId(Epoch, 0) : _entries[^1].End;

    public int Append(StoredEntry entry)
    {
        _entries.Add(entry);
        TopicBits |= BitOf(entry.Topic);
        return End++;
    }

    public override LogEntry EntryAt(int position)
    {
        var entry = _entries[position];
        return new LogEntry
        {
            Topic = entry.Topic,
            FirstRecord = entry.First,
            RecordCount = entry.Count,
            ReceivedUnixNano = entry.Received,
            DataOffset = position,
            DataLength = entry.Bytes.Length,
            ContextOffset = 0,
            ContextLength = entry.Context.Length,
            NextPosition = position + 1,
        };
    }

    public override void Pin()
    {
    }

    public override void Unpin()
    {
    }

    public override bool Read(in LogEntry entry, Span<byte> context, Span<byte> data)
    {
        _entries[entry.DataOffset].Context.CopyTo(context);
        _entries[entry.DataOffset].Bytes.CopyTo(data);
        return !IsDamaged;
    }

    public override void OnUnneeded() => UnneededSince = state.Version;
}
