namespace Sluice.Journal.Tests.Simulation;

/// <summary>
/// The bytes of a file as pages that never change: a write puts new pages in place, so that copies of a map, and all versions of a page that
/// were not flushed, share what is equal. A page that is null is all zeros.
/// </summary>
internal sealed class PageMap
{
    public const int PageSize = 4096;
    public const int SectorSize = 512;
    public const int SectorsPerPage = PageSize / SectorSize;

    private static readonly byte[] Zeros = new byte[PageSize];

    private byte[]?[] _pages = [];

    /// <summary>The length of the file in bytes.</summary>
    public long Length { get; set; }

    public byte[]? this[int page]
    {
        get => page < _pages.Length ? _pages[page] : null;
        set
        {
            if (page >= _pages.Length)
            {
                Array.Resize(ref _pages, Math.Max(page + 1, _pages.Length * 2));
            }

            _pages[page] = value;
        }
    }

    public PageMap Clone() => new() { _pages = [.. _pages], Length = Length };

    public int Read(long offset, Span<byte> destination)
    {
        var count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        for (var done = 0; done < count;)
        {
            var start = (int)((offset + done) % PageSize);
            var part = Math.Min(PageSize - start, count - done);
            (this[(int)((offset + done) / PageSize)] ?? Zeros).AsSpan(start, part).CopyTo(destination[done..]);
            done += part;
        }

        return count;
    }

    /// <summary>The page with <paramref name="bytes"/> written at <paramref name="start"/> of it.</summary>
    public byte[]? With(int page, int start, ReadOnlySpan<byte> bytes)
    {
        var old = this[page];
        if (bytes.Length == PageSize || old is null)
        {
            // Files are written in full before they are used, mostly with zeros.
            if (!bytes.ContainsAnyExcept((byte)0))
            {
                return null;
            }

            if (bytes.Length == PageSize)
            {
                return bytes.ToArray();
            }
        }

        var changed = Copy(old);
        bytes.CopyTo(changed.AsSpan(start));
        return changed;
    }

    /// <summary>Puts some sectors of a version of a page in place.</summary>
    public void Merge(int page, byte[]? version, byte sectors)
    {
        if (sectors == 0xFF || this[page] == version)
        {
            this[page] = version;
            return;
        }

        var merged = Copy(this[page]);
        for (var sector = 0; sector < SectorsPerPage; sector++)
        {
            if ((sectors & (1 << sector)) != 0)
            {
                (version ?? Zeros).AsSpan(sector * SectorSize, SectorSize).CopyTo(merged.AsSpan(sector * SectorSize));
            }
        }

        this[page] = merged;
    }

    /// <summary>Makes the file shorter, so that it reads as zeros there should it grow again.</summary>
    public void Cut(long length)
    {
        Length = length;
        var page = (int)(length / PageSize);
        var kept = (int)(length % PageSize);
        if (kept > 0 && this[page] is { } last)
        {
            var cut = Copy(last);
            cut.AsSpan(kept).Clear();
            this[page++] = cut;
        }

        _pages.AsSpan(Math.Min(page, _pages.Length)).Clear();
    }

    public void FlipBit(long offset, int bit)
    {
        var page = Copy(this[(int)(offset / PageSize)]);
        page[offset % PageSize] ^= (byte)(1 << bit);
        this[(int)(offset / PageSize)] = page;
    }

    public static byte[] Copy(byte[]? page) => (page ?? Zeros).AsSpan().ToArray();
}
