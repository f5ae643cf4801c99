using System.Text;
using Sluice.Journal;

namespace Sluice.Runtime.Replay;

/// <summary>
/// One replay while it runs: builds groups, waits for room, and commits each together with the job's counts. One loop uses it; status may
/// be asked from any thread.
/// </summary>
internal sealed class ReplayRun : IDisposable
{
    private static readonly TimeSpan RoomPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly IJournal _journal;
    private readonly JournalTable _jobs;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancel;
    private volatile ReplayJob _job;
    private volatile string? _waitingFor;
    private readonly Lock _gate = new();
    private volatile bool _cancelled;
    private bool _disposed;

    /// <summary>Creates it; nothing runs.</summary>
    /// <param name="job">What is durable of it.</param>
    /// <param name="journal">Where it commits.</param>
    /// <param name="jobs">The table of all replays.</param>
    /// <param name="time">The clock.</param>
    /// <param name="shutdown">Cancelled when the instance stops.</param>
    public ReplayRun(ReplayJob job, IJournal journal, JournalTable jobs, TimeProvider time, CancellationToken shutdown)
    {
        _job = job;
        _journal = journal;
        _jobs = jobs;
        _time = time;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        Stop = _cancel.Token;
    }

    /// <summary>What is durable of it.</summary>
    public ReplayJob Job => _job;

    /// <summary>Why it does not append; null when it does.</summary>
    public string? WaitingFor => _waitingFor;

    /// <summary>Its loop.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>Cancelled when it is to end, for good or with the process.</summary>
    public CancellationToken Stop { get; }

    /// <summary>It is to end for good.</summary>
    public bool IsCancelled => _cancelled;

    /// <summary>Makes it end for good, unless it has ended.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _cancelled = true;
                _ = _cancel.CancelAsync();
            }
        }
    }

    /// <summary>Commits the job with whatever else belongs to it, for as long as it takes.</summary>
    /// <param name="job">The job behind it.</param>
    /// <param name="bytes">How much of the target's room the entries take.</param>
    /// <param name="target">Who gets the entries; null without any.</param>
    /// <param name="fill">Adds the rest to the group; called again for another try.</param>
    /// <returns>False when the group is larger than the journal takes; nothing is committed then.</returns>
    /// <exception cref="OperationCanceledException">It is to end, or the journal closes; nothing is committed.</exception>
    public async Task<bool> CommitAsync(ReplayJob job, long bytes, ReplayTarget? target, Action<JournalGroup> fill)
    {
        if (target is not null)
        {
            await WaitForRoomAsync(target).ConfigureAwait(false);
        }

        while (true)
        {
            Stop.ThrowIfCancellationRequested();
            var (result, records) = await TryCommitAsync(job, fill).ConfigureAwait(false);
            switch (result.Status)
            {
                case CommitStatus.Committed:
                    target?.Appended(result.FirstRecord.Plus(records), bytes);
                    _waitingFor = null;
                    return true;
                case CommitStatus.TooLarge:
                    return false;
                case CommitStatus.Closed:
                    throw new OperationCanceledException("The journal is closing.");
                default:
                    _waitingFor = result.Reason;
                    var wait = TimeSpan.FromTicks(Math.Clamp(result.RetryAfter.Ticks, ShortestWait.Ticks, LongestWait.Ticks));
                    await Task.Delay(wait, _time, Stop).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Commits how it ended; also when it is to stop.</summary>
    /// <returns>False when that is not durable: it is found running at the next start, goes on from its cursor, and ends then.</returns>
    public async Task<bool> EndAsync(ReplayState state, string? problem = null)
    {
        var ended = _job with { State = state, Problem = problem, EndedUnixNano = _time.GetUnixNano() };
        var (result, _) = await TryCommitAsync(ended, static _ => { }).ConfigureAwait(false);
        _waitingFor = null;
        return result.Committed;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _cancel.Dispose();
        }
    }

    private async Task WaitForRoomAsync(ReplayTarget target)
    {
        while (!target.HasRoom())
        {
            _waitingFor = $"exporter {target.Id} has {target.MaxWaiting} bytes of replayed records to deliver";
            await Task.Delay(RoomPoll, _time, Stop).ConfigureAwait(false);
        }
    }

    private async Task<(CommitResult Result, int Records)> TryCommitAsync(ReplayJob job, Action<JournalGroup> fill)
    {
        var group = _journal.CreateGroup();
        var filled = false;
        try
        {
            group.ReceivedUnixNano = _time.GetUnixNano();
            fill(group);
            group.Put(_jobs, Encoding.UTF8.GetBytes(job.Id), ReplayJson.Encode(job));
            filled = true;
        }
        finally
        {
            if (!filled)
            {
                group.Dispose();
            }
        }

        // Records count as new data: they must not take the space that exporters need to free it again.
        var records = group.RecordCount;
        var result = await _journal.CommitAsync(group, records > 0 ? CommitKind.Intake : CommitKind.Internal).ConfigureAwait(false);
        if (result.Committed)
        {
            _job = job;
        }

        return (result, records);
    }
}
