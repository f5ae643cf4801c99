using System.Buffers.Binary;
using System.Globalization;

namespace Sluice.Journal;

/// <summary>
/// The snapshots of a journal: each is written twice, so that one damaged block does not cost the tables and cursors of years, and the
/// ones before it are deleted only when both copies are durable.
/// </summary>
internal sealed class SnapshotFiles(IJournalFiles files, Guid journalId)
{
    private const int CopyCount = 2;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(JournalFileStream.BufferSize);

    /// <summary>Writes a snapshot and deletes those before it.</summary>
    /// <param name="lsn">The last group in it.</param>
    /// <param name="end">The position behind the last record in it.</param>
    /// <param name="state">The state then.</param>
    /// <param name="segments">Incarnations of the segments that must be there to open the journal from it.</param>
    /// <returns>The bytes of one copy.</returns>
    public long Write(ulong lsn, RecordId end, StateSnapshot state, IReadOnlyList<ulong> segments)
    {
        // Between two groups consumers may let go of segments: then the new snapshot has the number of the old one, and later letters.
        var old = files.List().Where(name => TryParseName(name, out _)).ToList();
        var letter = old.Where(name => TryParseName(name, out var other) && other == lsn).Select(name => (char)(name[^1] + 1)).DefaultIfEmpty('a').Max();
        string[] names = [.. Enumerable.Range(letter, CopyCount).Select(copy => NameOf(lsn, (char)copy))];
        long length = 0;
        try
        {
            foreach (var name in names)
            {
                length = WriteCopy(name, lsn, end, state, segments);
            }

            files.FlushDirectory();
        }
        catch
        {
            foreach (var name in names)
            {
                files.Delete(name);
            }

            throw;
        }

        foreach (var name in old)
        {
            files.Delete(name);
        }

        return length;
    }

    /// <summary>The names of the snapshots that are there, newest first.</summary>
    public static IEnumerable<string> Newest(IReadOnlyList<string> names) =>
        from name in names
        let parsed = TryParseName(name, out var lsn) ? lsn : 0
        where TryParseName(name, out _)
        orderby parsed descending, name[^1] descending
        select name;

    /// <summary>The last group in the newest snapshot that has a name here, whole or not; 0 without one.</summary>
    public static ulong NewestLsn(IReadOnlyList<string> names) => names.Max(static name => TryParseName(name, out var lsn) ? lsn : (ulong?)0) ?? 0;

    /// <summary>Opens a snapshot if every byte of it is as it was written.</summary>
    /// <returns>Null when it is damaged or unfinished.</returns>
    /// <exception cref="JournalOpenException">It is of a later version.</exception>
    public Snapshot? TryOpen(string name)
    {
        var file = files.Open(name, JournalFileAccess.Read);
        var isGood = false;
        try
        {
            Span<byte> block = stackalloc byte[SnapshotHeader.Size];
            var read = file.Read(0, block);
            var found = SnapshotHeader.Read(block[..read], out var header);
            if (found == FileHeaderState.Newer)
            {
                throw new JournalOpenException(
                    $"{Path.Combine(files.Path, name)} was written by a later version of Sluice, in a format that this one does not know. Start that version again, or give this one an empty directory.");
            }

            isGood = found == FileHeaderState.Valid && header.BodyLength >= 0 && IsWhole(file, header);
            if (isGood && header.JournalId != journalId && journalId != Guid.Empty)
            {
                throw new JournalOpenException(
                    $"{Path.Combine(files.Path, name)} belongs to journal {header.JournalId}, and the directory is that of journal {journalId}: files of two journals were mixed. Restore one of them whole.");
            }

            return isGood ? new Snapshot(file, header) : null;
        }
        finally
        {
            if (!isGood)
            {
                file.Dispose();
            }
        }
    }

    private static bool IsWhole(JournalFile file, in SnapshotHeader header)
    {
        using var body = JournalFileStream.Reading(file, DiskFormat.BlockSize, header.BodyLength);
        var buffer = new byte[64 << 10];
        while (body.Read(buffer) > 0)
        {
        }

        return body.Position == header.BodyLength && body.Crc == header.BodyCrc;
    }

    private static string NameOf(ulong lsn, char copy) =>
        string.Create(CultureInfo.InvariantCulture, $"{DiskFormat.SnapshotPrefix}{lsn:x16}.{copy}");

    private static bool TryParseName(string name, out ulong lsn)
    {
        lsn = 0;
        var prefix = DiskFormat.SnapshotPrefix.Length;
        return name.Length == prefix + 18
            && name.StartsWith(DiskFormat.SnapshotPrefix, StringComparison.Ordinal)
            && name[^2] == '.'
            && ulong.TryParse(name.AsSpan(prefix, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out lsn);
    }

    private long WriteCopy(string name, ulong lsn, RecordId end, StateSnapshot state, IReadOnlyList<ulong> segments)
    {
        using var file = files.Open(name, JournalFileAccess.Create);
        using var body = JournalFileStream.Writing(file, DiskFormat.BlockSize, _buffer);
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, (ulong)segments.Count);
        body.Write(number);
        foreach (var incarnation in segments)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, incarnation);
            body.Write(number);
        }

        state.WriteTo(body);
        body.Flush();
        Span<byte> header = stackalloc byte[SnapshotHeader.Size];
        new SnapshotHeader { JournalId = journalId, Lsn = lsn, End = end, BodyLength = body.Position, BodyCrc = body.Crc }.Write(header);
        file.Write(0, header);
        file.Flush();
        return DiskFormat.BlockSize + body.Position;
    }
}
