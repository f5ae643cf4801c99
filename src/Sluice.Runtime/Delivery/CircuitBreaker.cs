namespace Sluice.Runtime.Delivery;

/// <summary>
/// Keeps the workers of one exporter from all beating on a destination that fails: after <see cref="FailuresToOpen"/> failures in a row
/// only one worker at a time goes on trying, and its first success lets the others go on. Thread-safe.
/// </summary>
internal sealed class CircuitBreaker : IDisposable
{
    /// <summary>Failures in a row, over all workers, that open the circuit.</summary>
    public const int FailuresToOpen = 5;

    private readonly SemaphoreSlim _probe = new(1, 1);
    private int _consecutiveFailures;
    private long _successes;

    /// <summary>Only probes go through.</summary>
    public bool IsOpen => Volatile.Read(ref _consecutiveFailures) >= FailuresToOpen;

    /// <summary>Attempts that reached the destination and were answered for good, since the start.</summary>
    public long Successes => Interlocked.Read(ref _successes);

    /// <summary>Waits until this worker may try.</summary>
    /// <param name="holdsProbe">It holds the permit to probe already.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it now holds the permit to probe; give it back with <see cref="ReleaseProbe"/>.</returns>
    public async ValueTask<bool> EnterAsync(bool holdsProbe, CancellationToken cancellationToken)
    {
        if (holdsProbe || !IsOpen)
        {
            return holdsProbe;
        }

        await _probe.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (IsOpen)
        {
            return true;
        }

        // Closed while this worker waited; pass the permit on so that everybody else notices too.
        _probe.Release();
        return false;
    }

    public void ReleaseProbe() => _probe.Release();

    public void Succeeded()
    {
        Volatile.Write(ref _consecutiveFailures, 0);
        Interlocked.Increment(ref _successes);
    }

    public void Failed() => Interlocked.Increment(ref _consecutiveFailures);

    public void Dispose() => _probe.Dispose();
}
