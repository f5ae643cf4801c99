namespace Sluice.Journal.Tests.Simulation;

/// <summary>A version of a page that a write left in the cache and no flush has seen.</summary>
/// <param name="Page">Which page.</param>
/// <param name="Version">All of it after the write.</param>
/// <param name="Sectors">A bit for each sector that was written.</param>
/// <param name="Length">The length of the file after the write.</param>
/// <param name="Operation">The write.</param>
internal readonly record struct DirtyPage(int Page, byte[]? Version, byte Sectors, long Length, long Operation);

/// <summary>A file of a simulated disk, whatever its names: what the system shows of it, and what is on the media.</summary>
internal sealed class SimulatedInode(int id)
{
    private readonly List<DirtyPage> _dirty = [];
    private PageMap _cache = new();
    private PageMap _media = new();

    /// <summary>In the order of their making, so that a seed always means the same.</summary>
    public int Id { get; } = id;

    public long Length => _cache.Length;

    public bool IsDirty => _dirty.Count > 0;

    public int Read(long offset, Span<byte> destination) => _cache.Read(offset, destination);

    public void Write(long offset, ReadOnlySpan<byte> bytes, long operation)
    {
        _cache.Length = Math.Max(_cache.Length, offset + bytes.Length);
        while (!bytes.IsEmpty)
        {
            var page = (int)(offset / PageMap.PageSize);
            var start = (int)(offset % PageMap.PageSize);
            var part = Math.Min(PageMap.PageSize - start, bytes.Length);
            var version = _cache.With(page, start, bytes[..part]);
            _cache[page] = version;
            var first = start / PageMap.SectorSize;
            var last = (start + part - 1) / PageMap.SectorSize;
            _dirty.Add(new DirtyPage(page, version, (byte)((2 << last) - (1 << first)), _cache.Length, operation));
            offset += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>Makes durable what was written before an operation.</summary>
    public void Flush(long before)
    {
        var count = 0;
        foreach (var dirty in _dirty)
        {
            if (dirty.Operation >= before)
            {
                break;
            }

            _media.Merge(dirty.Page, dirty.Version, dirty.Sectors);
            _media.Length = Math.Max(_media.Length, dirty.Length);
            count++;
        }

        _dirty.RemoveRange(0, count);
    }

    /// <summary>A flush that failed: some of it is on the media, and the system takes all of it for clean.</summary>
    public void LoseDirty(Survival survival)
    {
        Settle(survival);
        _dirty.Clear();
    }

    /// <summary>What a power cut leaves of it.</summary>
    public SimulatedInode AfterPowerCut(Survival survival)
    {
        var after = Clone();
        after.Settle(survival);
        after._dirty.Clear();
        after._cache = after._media.Clone();
        return after;
    }

    public SimulatedInode Clone()
    {
        var clone = new SimulatedInode(Id) { _cache = _cache.Clone(), _media = _media.Clone() };
        clone._dirty.AddRange(_dirty);
        return clone;
    }

    public void FlipBit(long offset, int bit)
    {
        _cache.FlipBit(offset, bit);
        _media.FlipBit(offset, bit);
    }

    private void Settle(Survival survival)
    {
        var length = _media.Length;
        foreach (var dirty in _dirty)
        {
            survival.Apply(_media, dirty);
            if (dirty.Length > length && survival.Keeps(dirty.Operation))
            {
                length = dirty.Length;
            }
        }

        _media.Cut(length);
    }
}
