using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>A journal in a directory.</summary>
public static class DiskJournal
{
    /// <summary>Opens the journal in a directory, or begins one there; recovers what a crash left behind first.</summary>
    /// <param name="directory">Where it is; this process has it alone until the journal is disposed.</param>
    /// <param name="options">Limits and habits.</param>
    /// <param name="pool">Where its memory comes from; all of it has gone back when the journal is disposed.</param>
    /// <param name="time">The clock for waits, expiry, the epoch and retention.</param>
    /// <param name="observer">Told what happens, from the opening on.</param>
    /// <exception cref="JournalOpenException">It cannot be opened; the message says why and what to do.</exception>
    public static IJournal Open(
        string directory, DiskJournalOptions options, BufferPool pool, TimeProvider time, IJournalObserver observer) =>
        throw new JournalOpenException("The journal on disk cannot be opened yet.");
}
