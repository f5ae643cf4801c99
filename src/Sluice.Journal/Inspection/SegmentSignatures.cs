namespace Sluice.Journal;

/// <summary>
/// The headers of all segments and the newest snapshot at one moment. A journal that runs takes segments away and uses their files again: a
/// look that found something missing asks here whether that may have happened meanwhile, in which case it proves nothing. What a snapshot
/// needs is only taken away under a newer one.
/// </summary>
internal sealed class SegmentSignatures
{
    private readonly Dictionary<string, SegmentHeader> _headers = [];
    private readonly IJournalFiles _files;
    private readonly ulong _snapshotLsn;

    private SegmentSignatures(IJournalFiles files)
    {
        _files = files;
        _snapshotLsn = SnapshotFiles.NewestLsn(files.List());
    }

    /// <summary>Reads the headers.</summary>
    public static SegmentSignatures Of(IJournalFiles files)
    {
        var signatures = new SegmentSignatures(files);
        foreach (var name in files.List().Where(name => name.EndsWith(DiskFormat.SegmentExtension, StringComparison.Ordinal)))
        {
            if (signatures.ReadHeader(name) is { } header)
            {
                signatures._headers.Add(name, header);
            }
        }

        return signatures;
    }

    /// <summary>Whether there is a newer snapshot, or any segment is not the one any more that it was.</summary>
    public bool HaveChanged() =>
        SnapshotFiles.NewestLsn(_files.List()) != _snapshotLsn || _headers.Any(known => ReadHeader(known.Key) != known.Value);

    /// <summary>What a file begins with; only <see cref="FileHeaderState.Valid"/> comes with a header.</summary>
    public static FileHeaderState HeaderOf(JournalFile file, out SegmentHeader header)
    {
        Span<byte> block = stackalloc byte[SegmentHeader.Size];
        var read = file.Read(0, block);
        return SegmentHeader.Read(block[..read], out header);
    }

    private SegmentHeader? ReadHeader(string name)
    {
        try
        {
            using var file = _files.Open(name, JournalFileAccess.Read);
            return HeaderOf(file, out var header) == FileHeaderState.Valid ? header : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
