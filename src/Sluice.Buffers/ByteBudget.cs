namespace Sluice.Buffers;

/// <summary>
/// A limit on bytes in use by one stage. Reserving never waits: who cannot have the bytes now refuses its work, so that no stage
/// waits for one budget while holding another. Thread-safe.
/// </summary>
public sealed class ByteBudget
{
    private long _used;
    private long _refusals;

    /// <summary>Creates a budget of <paramref name="limit"/> bytes.</summary>
    public ByteBudget(string name, long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        Name = name;
        Limit = limit;
    }

    /// <summary>Which stage it bounds, for metrics and messages.</summary>
    public string Name { get; }

    /// <summary>Bytes that may be in use at once.</summary>
    public long Limit { get; }

    /// <summary>Bytes in use now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>How often a reservation was refused.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Takes bytes if they are free.</summary>
    /// <returns>False, with nothing taken, when they are not.</returns>
    public bool TryReserve(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var used = Interlocked.Read(ref _used);
        while (bytes <= Limit - used)
        {
            var seen = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (seen == used)
            {
                return true;
            }

            used = seen;
        }

        Interlocked.Increment(ref _refusals);
        return false;
    }

    /// <summary>Gives bytes back that were reserved.</summary>
    /// <exception cref="InvalidOperationException">More came back than was reserved: the accounting of the caller is broken.</exception>
    public void Release(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (Interlocked.Add(ref _used, -bytes) < 0)
        {
            Interlocked.Add(ref _used, bytes);
            throw new InvalidOperationException($"More was released from budget '{Name}' than had been reserved.");
        }
    }
}
