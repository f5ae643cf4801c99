using System.Diagnostics.CodeAnalysis;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// Keeps the workers of one exporter from all beating on a destination that fails: after <see cref="FailuresToOpen"/> failures in a row
/// only one worker at a time goes on trying, each in its turn, and the first success lets the others go on. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle has nothing to dispose, and a delivery that was left behind may still release it.")]
internal sealed class CircuitBreaker
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
    /// <returns>Whether it now holds the permit to probe; give it back with <see cref="ReleaseProbe"/>.</returns>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        if (!IsOpen)
        {
            return false;
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
}
