namespace Sluice.Journal;

/// <summary>
/// The commits that wait for space, first come first served, bounded in number and time. All wait equally long, so that order of arrival is
/// order of deadlines and one timer serves all. Everything but <see cref="Recycle"/> is called under the journal's gate.
/// </summary>
internal sealed class SpaceQueue : IDisposable
{
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly int _capacity;
    private readonly long _maxWait;
    private readonly ITimer _timer;
    private readonly Queue<SpaceWaiter> _waiters = new();
    private readonly Lock _freeGate = new();
    private readonly Stack<SpaceWaiter> _free = new();

    /// <summary>Creates an empty queue.</summary>
    /// <param name="time">The journal's clock.</param>
    /// <param name="maxWait">How long each may wait.</param>
    /// <param name="capacity">How many may wait.</param>
    /// <param name="onDeadline">Called on a timer thread, without the gate, when the first may be overdue.</param>
    public SpaceQueue(TimeProvider time, TimeSpan maxWait, int capacity, Action onDeadline)
    {
        _time = time;
        _capacity = capacity;
        _maxWait = (long)(maxWait.TotalSeconds * time.TimestampFrequency);
        _timer = time.CreateTimer(static callback => ((Action)callback!)(), onDeadline, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count => _waiters.Count;

    /// <summary>Queues a commit, unless too many wait already or waiting is not permitted at all.</summary>
    public SpaceWaiter? TryEnqueue(LogGroup group)
    {
        if (_waiters.Count >= _capacity || _maxWait <= 0)
        {
            return null;
        }

        SpaceWaiter? waiter;
        lock (_freeGate)
        {
            _free.TryPop(out waiter);
        }

        waiter ??= new SpaceWaiter(this);
        waiter.Start(group, _time.GetTimestamp() + _maxWait);
        _waiters.Enqueue(waiter);
        if (_waiters.Count == 1)
        {
            Arm();
        }

        return waiter;
    }

    public bool TryPeek(out SpaceWaiter waiter) => _waiters.TryPeek(out waiter!);

    public void Dequeue() => _waiters.Dequeue();

    public bool IsOverdue(SpaceWaiter waiter) => waiter.Deadline <= _time.GetTimestamp();

    /// <summary>Sets the timer for the first waiter.</summary>
    public void Arm()
    {
        if (_waiters.TryPeek(out var first))
        {
            var wait = _time.GetElapsedTime(_time.GetTimestamp(), first.Deadline);

            // Timers count whole milliseconds: less would fire at once, again and again.
            _timer.Change(wait > TimerResolution ? wait : TimerResolution, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Takes a waiter back whose result was taken; from any thread.</summary>
    public void Recycle(SpaceWaiter waiter)
    {
        lock (_freeGate)
        {
            if (_free.Count < _capacity)
            {
                _free.Push(waiter);
            }
        }
    }

    public void Dispose() => _timer.Dispose();
}
