using Sluice.Telemetry;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// One journal entry in memory, shared by its creator and the runs of it that are under way. The last to release it disposes the batch
/// and gives its bytes back to the consumer's window.
/// </summary>
internal sealed class DeliveryEntry(EnvelopeBatch batch, long charged, DeliveryWindow window)
{
    private int _references = 1;

    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            batch.Dispose();
            window.Release(charged);
        }
    }
}
