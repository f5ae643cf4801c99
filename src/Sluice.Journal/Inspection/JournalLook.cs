using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>One look at a directory: all that an opening would find, with nothing written and nothing taken.</summary>
internal sealed class JournalLook : IDisposable
{
    private readonly BufferPool _pool = new();
    private readonly TailImage _tail;
    private readonly DiskJournalContext _context;

    public JournalLook(IJournalFiles files, TimeProvider time)
    {
        // No tail and no limit is used: nothing is appended.
        _tail = new TailImage(_pool, BufferPool.MinimumSize, 0);
        State = new JournalState(_pool, time, TimeSpan.MaxValue);
        _context = new DiskJournalContext(
            files, new DiskJournalOptions { Limits = new JournalOptions() }, Notices, State, _tail, time);
        Recovery = new Recovery(_context, State, readOnly: true);
    }

    public NoticeList Notices { get; } = new();

    public JournalState State { get; }

    public Recovery Recovery { get; }

    /// <summary>Whether anything was found that should be there and is not.</summary>
    public bool IsDamaged => _context.Counts.CorruptGroups > 0 || Recovery.LostRecords > 0;

    /// <summary>Reads everything that an opening reads.</summary>
    /// <exception cref="JournalOpenException">There is no journal, or none that can be opened; the message says what to do.</exception>
    /// <exception cref="IOException">Something cannot be read.</exception>
    public void Run()
    {
        Recovery.Run();
        if (Recovery.Id == Guid.Empty)
        {
            throw new JournalOpenException($"There is no journal in {_context.Files.Path}: it holds neither {DiskFormat.IdentityName} nor segments.");
        }
    }

    public void Dispose()
    {
        Recovery.Dispose();
        _tail.Dispose();
        State.Groups.Close();
        _pool.Dispose();
    }
}
