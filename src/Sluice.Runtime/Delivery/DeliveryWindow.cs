using Sluice.Buffers;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// The fixed amount of memory that one consumer may hold of what it has read and not settled. One entry always fits, however large, so
/// that a consumer can never be stuck with an empty window.
/// </summary>
internal sealed class DeliveryWindow(string consumer, long limit, AsyncSignal released)
{
    private readonly ByteBudget _budget = new($"window of {consumer}", limit);

    /// <summary>Takes room for an entry if there is any, or if nothing else is held.</summary>
    /// <param name="bytes">Bytes the entry takes.</param>
    /// <param name="charged">What to give back later.</param>
    public bool TryReserve(long bytes, out long charged)
    {
        charged = Math.Min(bytes, _budget.Limit);
        return _budget.TryReserve(charged);
    }

    public void Release(long charged)
    {
        _budget.Release(charged);
        released.Set();
    }
}
