namespace Sluice.Journal;

/// <summary>Where one entry lies inside its segment and what its headers say; offsets are bytes from the start of the segment.</summary>
internal readonly struct LogEntry
{
    public required int Topic { get; init; }

    public required RecordId FirstRecord { get; init; }

    public required int RecordCount { get; init; }

    public required long ReceivedUnixNano { get; init; }

    public required int DataOffset { get; init; }

    public required int DataLength { get; init; }

    public required int ContextOffset { get; init; }

    public required int ContextLength { get; init; }

    /// <summary>CRC-32C of the entry's bytes, where the log keeps it.</summary>
    public uint DataCrc { get; init; }

    /// <summary>CRC-32C of the context, where the log keeps it.</summary>
    public uint ContextCrc { get; init; }

    /// <summary>The position of the next entry, if the segment goes on so far.</summary>
    public required int NextPosition { get; init; }

    public RecordId End => FirstRecord.Plus(RecordCount);

    /// <summary>Bytes that a consumer lags by while it has not settled the entry.</summary>
    public int Size => LogFormat.EntryHeaderSize + DataLength;

    /// <summary>Records of the entry at or behind <paramref name="cursor"/>.</summary>
    public int RecordsFrom(RecordId cursor) =>
        cursor <= FirstRecord ? RecordCount
        : cursor >= End ? 0
        : RecordCount - (int)(cursor.Sequence - FirstRecord.Sequence);
}
