using System.Globalization;

namespace Sluice.Journal;

/// <summary>A place in a journal: the number of a group, a record, or a time of receipt. Exactly one of them is set.</summary>
public readonly record struct DumpBound
{
    /// <summary>The number of a group.</summary>
    public ulong? Lsn { get; private init; }

    /// <summary>A record.</summary>
    public RecordId? Record { get; private init; }

    /// <summary>A time, in nanoseconds since 1970.</summary>
    public long? UnixNano { get; private init; }

    /// <summary>Reads a bound as it is written on a command line: <c>4711</c>, 32 hexadecimal digits, or an RFC 3339 time.</summary>
    public static bool TryParse(string text, out DumpBound bound)
    {
        ArgumentNullException.ThrowIfNull(text);
        bound = default;
        if (RecordId.TryParse(text, out var record))
        {
            bound = new DumpBound { Record = record };
        }
        else if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var lsn))
        {
            bound = new DumpBound { Lsn = lsn };
        }
        else if (text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            bound = new DumpBound { UnixNano = Journal.UnixNano.Of(time) };
        }

        return bound != default;
    }

    /// <summary>Whether a group begins before it.</summary>
    internal bool IsAfterStartOf(in FrameHeader header, long unixNano) =>
        Lsn is { } lsn ? header.Lsn < lsn
        : Record is { } record ? header.FirstRecord < record
        : unixNano < UnixNano;

    /// <summary>Whether a whole group is before it.</summary>
    internal bool IsBehind(in FrameHeader header, long unixNano) =>
        Record is { } record ? header.FirstRecord.Plus(Math.Max(1, header.RecordCount)) <= record : IsAfterStartOf(header, unixNano);
}
