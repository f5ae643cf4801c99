namespace Sluice.Journal;

/// <content>Waiting for space, and refusing.</content>
internal sealed partial class Appender
{
    private static readonly TimeSpan MinRetryAfter = TimeSpan.FromSeconds(1);

    private void WaitOrRefuse(AppendRequest request)
    {
        var limits = _context.Options.Limits;
        if (request.Kind == CommitKind.Internal || limits.MaxWait <= TimeSpan.Zero || _waiting.Count >= limits.MaxWaitingGroups)
        {
            RefuseFull(request);
            return;
        }

        request.Deadline = _context.Time.GetTimestamp() + (long)(limits.MaxWait.TotalSeconds * _context.Time.TimestampFrequency);
        _waiting.Enqueue(request);
        if (_waiting.Count == 1)
        {
            _timer.Change(limits.MaxWait, Timeout.InfiniteTimeSpan);
        }
    }

    private void RefuseOverdue()
    {
        while (_waiting.TryPeek(out var first))
        {
            var left = _context.Time.GetElapsedTime(_context.Time.GetTimestamp(), first.Deadline);
            if (left > TimeSpan.Zero)
            {
                // Timers count whole milliseconds: less would fire at once, again and again.
                _timer.Change(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }

            _waiting.Dequeue();
            RefuseFull(first);
        }
    }

    private bool RefuseAtLimit(AppendRequest request)
    {
        string reason;
        lock (_context.Gate)
        {
            if (request.Kind != CommitKind.Intake || _state.FindAtLimit(request.Group) is not { } consumer)
            {
                return false;
            }

            reason = $"{DiskJournal.Describe(consumer)}, and may lag {consumer.MaxLag} bytes";
        }

        Refuse(request, CommitStatus.Full, MinRetryAfter, reason);
        return true;
    }

    private void RefuseFull(AppendRequest request)
    {
        string reason;
        lock (_context.Gate)
        {
            var holder = _state.FindMostLagging();
            reason = $"the journal holds {_log.NeededBytes} of {_context.Options.Limits.MaxSize} bytes{(holder is null ? "" : ", " + DiskJournal.Describe(holder))}";
        }

        if (Failure is { } failure)
        {
            Refuse(request, CommitStatus.Failed, MinRetryAfter, failure);
            return;
        }

        var maxWait = _context.Options.Limits.MaxWait;
        Refuse(request, CommitStatus.Full, maxWait > MinRetryAfter ? maxWait : MinRetryAfter, reason);
    }

    private void Refuse(AppendRequest request, CommitStatus status, TimeSpan retryAfter, string reason)
    {
        if (request.IsOwn)
        {
            _ownGroup = request.Group;
            request.Recycle();
            return;
        }

        Interlocked.Increment(ref _refused);
        _state.Groups.Return(request.Group);
        request.Answer(new CommitResult(status, default, retryAfter, reason), before: null);
        request.Send();
    }

    /// <summary>
    /// Refuses everything from here on: an error that nobody expected leaves it unknown what is visible. Opening the journal again sorts it out.
    /// </summary>
    private void Stop(Exception exception)
    {
        _isStopped = true;
        Volatile.Write(ref _failure, $"internal error, restart to go on: {exception.Message}");
        _context.Observer.OnNotice(JournalNoticeLevel.Error, $"The journal stopped because of an internal error; everything is refused until it is opened again. {exception}");
        RefuseAll();
    }

    private void RefuseAll()
    {
        RefuseAll(_batch);
        RefuseAll(_waiting);
        RefuseAll(_taken);
        _batch.Clear();
        _waiting.Clear();
        _taken.Clear();
    }

    private void RefuseAll(IEnumerable<AppendRequest> requests)
    {
        foreach (var request in requests.Where(request => request.Group is not null))
        {
            Refuse(request, CommitStatus.Failed, MinRetryAfter, _failure!);
        }
    }
}
