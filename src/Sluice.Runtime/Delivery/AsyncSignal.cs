using System.Diagnostics.CodeAnalysis;

namespace Sluice.Runtime.Delivery;

/// <summary>Wakes one waiter; a set without a waiter is remembered once.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle has nothing to dispose, and a delivery that was left behind may still set it.")]
internal sealed class AsyncSignal
{
    private readonly SemaphoreSlim _semaphore = new(0);
    private int _set;

    public void Set()
    {
        if (Interlocked.Exchange(ref _set, 1) == 0)
        {
            _semaphore.Release();
        }
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _set, 0);
    }
}
