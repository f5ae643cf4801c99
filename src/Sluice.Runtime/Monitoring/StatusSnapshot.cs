using Sluice.Journal;

namespace Sluice.Runtime.Monitoring;

/// <summary>
/// The status that all journal metrics of one scrape share, so that they belong to one moment and ask the journal once. Nothing tells an
/// instrument that a scrape begins: it is a new one when an instrument asks that has had the present status, or when that is old. Thread-safe.
/// </summary>
internal sealed class StatusSnapshot(IJournal journal, TimeProvider time)
{
    /// <summary>For readers that ask for few instruments, so that none of them has had a status that others asked for long ago.</summary>
    private static readonly TimeSpan LongestAge = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private JournalStatus? _status;
    private long _readAt;
    private long _version;

    /// <summary>Makes the way by which one instrument asks.</summary>
    public Func<JournalStatus> ForInstrument()
    {
        long seen = 0;
        return () =>
        {
            lock (_lock)
            {
                if (_status is null || seen == _version || time.GetElapsedTime(_readAt) >= LongestAge)
                {
                    _status = journal.GetStatus();
                    _readAt = time.GetTimestamp();
                    _version++;
                }

                seen = _version;
                return _status;
            }
        };
    }
}
