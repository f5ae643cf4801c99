using Sluice.Journal;

namespace Sluice.Runtime.Delivery;

/// <summary>What the loop that reads for a consumer waits for: something to read, somebody who wakes it, or a time.</summary>
internal sealed class ConsumerWaiting : IDisposable
{
    /// <summary>
    /// How long a loop that gathers waits before it looks at the journal again, while there is always more: waking for each group costs more than
    /// reading it.
    /// </summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    /// <summary>Timers take no more than some weeks.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly IJournalConsumer _consumer;
    private readonly TimeProvider _time;
    private readonly ITimer _due;
    private readonly ITimer _pace;
    private Task<bool>? _data;
    private Task? _wake;
    private long _armedFor = long.MaxValue;

    /// <summary>Prepares to wait.</summary>
    /// <param name="consumer">Whose entries are waited for.</param>
    /// <param name="time">The clock of <see cref="WakeWithin"/>.</param>
    public ConsumerWaiting(IJournalConsumer consumer, TimeProvider time)
    {
        _consumer = consumer;
        _time = time;
        _due = time.CreateTimer(static waiting => ((ConsumerWaiting)waiting!).WakeDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // What it costs the processor is a matter of real time, whatever the clock.
        _pace = TimeProvider.System.CreateTimer(
            static waiting => ((ConsumerWaiting)waiting!).Signal.Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes the loop; to be set from any thread.</summary>
    public AsyncSignal Signal { get; } = new();

    /// <summary>Asks for what comes from now on. Call it before reading, so that what is appended in between is not missed.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        _data ??= _consumer.WaitAsync(cancellationToken).AsTask();

        // What is cancelled is the waiting below.
        _wake ??= Signal.WaitAsync(CancellationToken.None);
    }

    /// <summary>Wakes the loop after some time at the latest: it may be woken before, for something else.</summary>
    public void WakeWithin(TimeSpan delay)
    {
        delay = TimeSpan.FromTicks(Math.Clamp(delay.Ticks, 0, Longest.Ticks));
        var time = _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
        if (time < Volatile.Read(ref _armedFor))
        {
            Volatile.Write(ref _armedFor, time);
            _due.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Waits for what was asked for.</summary>
    /// <param name="forData">Something to read ends it too.</param>
    /// <param name="isPaced">A loop that gathers, and has just read: it is left to gather for a moment, instead of being woken by data.</param>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    /// <returns>False when the journal is closed.</returns>
    public async ValueTask<bool> WaitAsync(bool forData, bool isPaced, CancellationToken cancellationToken)
    {
        if (isPaced)
        {
            _pace.Change(Pace, Timeout.InfiniteTimeSpan);
        }

        await (forData && !isPaced ? Task.WhenAny(_data!, _wake!) : _wake!).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_data!.IsCompleted)
        {
            if (!await _data.ConfigureAwait(false))
            {
                return false;
            }

            _data = null;
        }

        if (_wake!.IsCompleted)
        {
            _wake = null;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pace.Dispose();
        _due.Dispose();
    }

    private void WakeDue()
    {
        Volatile.Write(ref _armedFor, long.MaxValue);
        Signal.Set();
    }
}
