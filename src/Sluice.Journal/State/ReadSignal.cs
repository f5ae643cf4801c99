using System.Threading.Tasks.Sources;

namespace Sluice.Journal;

/// <summary>Where the one reader of a consumer sleeps; reused for every sleep. Continuations never run on the thread that wakes it.</summary>
internal sealed class ReadSignal(JournalState journal) : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private bool _sleeping;

    /// <summary>Sleeps until <see cref="Set"/> or cancellation. The caller has seen under the gate, which it holds, that there is nothing to read.</summary>
    /// <returns>The version of this sleep, for <see cref="Task"/>.</returns>
    public short Sleep(CancellationToken cancellation)
    {
        if (_sleeping)
        {
            throw new InvalidOperationException("The consumer is waited for already: it has one reader.");
        }

        _core.Reset();
        _cancellation = cancellation;
        _sleeping = true;
        return _core.Version;
    }

    /// <summary>The task of a sleep; without the gate, since a token that is cancelled already calls back at once.</summary>
    public ValueTask<bool> Task(short version)
    {
        if (_cancellation.CanBeCanceled)
        {
            _registration = _cancellation.UnsafeRegister(static signal => ((ReadSignal)signal!).Cancel(), this);
        }

        return new ValueTask<bool>(this, version);
    }

    /// <summary>Wakes the reader if it sleeps; under the gate.</summary>
    /// <param name="more">False: there never will be anything to read again.</param>
    public void Set(bool more)
    {
        if (_sleeping)
        {
            _sleeping = false;
            _core.SetResult(more);
        }
    }

    public bool GetResult(short token)
    {
        // Waits for a callback that is just running, so that it cannot cancel the next sleep.
        _registration.Dispose();
        _registration = default;
        return _core.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        lock (journal.Gate)
        {
            if (_sleeping)
            {
                _sleeping = false;
                _core.SetException(new OperationCanceledException(_cancellation));
            }
        }
    }
}
