using Sluice.Buffers;

namespace Sluice.Transport.Bodies;

/// <summary>What one request holds of a <see cref="ByteBudget"/>; disposing gives all of it back. One owner, not thread-safe.</summary>
public sealed class BudgetLease(ByteBudget budget) : IDisposable
{
    /// <summary>Bytes held.</summary>
    public long Held { get; private set; }

    /// <summary>Takes more if it is free, without waiting.</summary>
    /// <returns>False, with nothing taken, when it is not.</returns>
    public bool TryExtend(long bytes)
    {
        if (!budget.TryReserve(bytes))
        {
            return false;
        }

        Held += bytes;
        return true;
    }

    /// <summary>Makes the lease at least <paramref name="bytes"/> large, if that is free.</summary>
    public bool TryExtendTo(long bytes) => bytes <= Held || TryExtend(bytes - Held);

    /// <summary>Gives some back.</summary>
    public void Release(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Held);
        Held -= bytes;
        budget.Release(bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => Release(Held);
}
