using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>
/// The newest part of the log in memory, as the exact image of the files: the appender composes groups here and writes from here, and
/// consumers that keep up read from here. A ring of pages of fixed size; the oldest goes when a new one is needed.
/// </summary>
/// <remarks>Written by the appender alone. Readers ask only for what is visible, which is never written again.</remarks>
internal sealed class TailImage(BufferPool pool, int pageSize, int capacity) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Page> _pages = [];
    private readonly int _maxPages = Math.Max(2, capacity / pageSize);
    private DiskSegment? _unwrittenSegment;
    private int _unwrittenFrom;

    /// <summary>Says that nothing of a segment behind an offset is in its file yet.</summary>
    public void Begin(DiskSegment segment, int from)
    {
        _unwrittenSegment = segment;
        _unwrittenFrom = from;
    }

    /// <summary>Puts bytes into the image of a segment. Bytes of one segment come in ascending order.</summary>
    public void Write(DiskSegment segment, int offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var space = SpaceAt(segment, offset);
            var length = Math.Min(space.Length, bytes.Length);
            bytes[..length].CopyTo(space);
            bytes = bytes[length..];
            offset += length;
        }
    }

    /// <summary>Zeros what pads: memory of the pool holds what others left in it, which must not get into a file.</summary>
    public void Clear(DiskSegment segment, int offset, int length)
    {
        while (length > 0)
        {
            var space = SpaceAt(segment, offset);
            var part = Math.Min(space.Length, length);
            space[..part].Clear();
            offset += part;
            length -= part;
        }
    }

    /// <summary>Writes a range of the image to the segment's file.</summary>
    public void WriteTo(DiskSegment segment, int from, int to)
    {
        while (from < to)
        {
            var length = Math.Min(to - from, pageSize - (from % pageSize));
            segment.File.Write(from, SpaceAt(segment, from)[..length]);
            from += length;
        }
    }

    /// <summary>Copies a range out, if all of it is still here; from any thread.</summary>
    public bool TryRead(DiskSegment segment, int offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var page = Pin(segment, offset / pageSize);
            if (page is null)
            {
                return false;
            }

            var start = offset % pageSize;
            var length = Math.Min(destination.Length, pageSize - start);
            page.Buffer.Array.AsSpan(start, length).CopyTo(destination);
            Unpin(page);
            destination = destination[length..];
            offset += length;
        }

        return true;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var page in _pages)
            {
                Release(page);
            }

            _pages.Clear();
        }
    }

    private Span<byte> SpaceAt(DiskSegment segment, int offset)
    {
        var index = offset / pageSize;
        var start = offset % pageSize;
        for (var i = _pages.Count - 1; i >= 0; i--)
        {
            var page = _pages[i];
            if (page.Index == index && page.Segment == segment)
            {
                return page.Buffer.Array.AsSpan(start, pageSize - start);
            }
        }

        var added = new Page(segment, index, pool.Rent(pageSize, "journal tail"));
        lock (_gate)
        {
            _pages.Add(added);
            while (_pages.Count > _maxPages && !IsUnwritten(_pages[0]))
            {
                Release(_pages[0]);
                _pages.RemoveAt(0);
            }
        }

        return added.Buffer.Array.AsSpan(start, pageSize - start);
    }

    /// <summary>A group may be larger than the ring: what is not in the file yet stays.</summary>
    private bool IsUnwritten(Page page) => page.Segment == _unwrittenSegment && (page.Index + 1) * pageSize > _unwrittenFrom;

    private Page? Pin(DiskSegment segment, int index)
    {
        lock (_gate)
        {
            for (var i = _pages.Count - 1; i >= 0; i--)
            {
                var page = _pages[i];
                if (page.Index == index && page.Segment == segment)
                {
                    page.References++;
                    return page;
                }
            }
        }

        return null;
    }

    private void Unpin(Page page)
    {
        lock (_gate)
        {
            Release(page);
        }
    }

    private static void Release(Page page)
    {
        if (--page.References == 0)
        {
            page.Buffer.Dispose();
        }
    }

    private sealed class Page(DiskSegment segment, int index, PooledBuffer buffer)
    {
        public DiskSegment Segment => segment;

        public int Index => index;

        public PooledBuffer Buffer => buffer;

        /// <summary>The ring's own and one per reader.</summary>
        public int References { get; set; } = 1;
    }
}
