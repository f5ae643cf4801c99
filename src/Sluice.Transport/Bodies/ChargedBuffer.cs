using Sluice.Buffers;

namespace Sluice.Transport.Bodies;

/// <summary>
/// A growing pooled buffer that charges its capacity to a lease before it rents. While it grows the old and the new memory are both
/// charged, since both exist. Not thread-safe.
/// </summary>
internal sealed class ChargedBuffer(BufferPool pool, BudgetLease lease, string purpose) : IDisposable
{
    /// <summary>
    /// The most that is reserved for what a sender only announces: an announcement costs nothing, and many large ones would else use up the
    /// budget of those who send.
    /// </summary>
    public const int LargestAdvance = 64 << 10;

    private PooledBuffer? _buffer;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Where the next bytes go.</summary>
    public Span<byte> Free => _buffer is null ? [] : _buffer.Array.AsSpan(Length);

    /// <summary>Says that bytes were written to <see cref="Free"/>.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Makes room for <paramref name="count"/> more bytes, at least doubling what there is.</summary>
    /// <returns>False when the budget has none left; what was written stays.</returns>
    public bool TryReserve(int count)
    {
        var present = _buffer?.Capacity ?? 0;
        var needed = (long)Length + count;
        if (_buffer is not null && needed <= present)
        {
            return true;
        }

        var capacity = BufferPool.CapacityFor((int)Math.Min(Math.Max(needed, 2L * present), Array.MaxLength));
        if (!lease.TryExtend(capacity))
        {
            return false;
        }

        var larger = pool.Rent(capacity, purpose);
        if (_buffer is not null)
        {
            _buffer.Array.AsSpan(0, Length).CopyTo(larger.Span);
            _buffer.Dispose();
            lease.Release(present);
        }

        _buffer = larger;
        return true;
    }

    /// <summary>Appends bytes for which there is room.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free);
        Length += bytes.Length;
    }

    /// <summary>Hands the memory over to the caller; its charge stays on the lease.</summary>
    public PooledBuffer Detach()
    {
        var buffer = _buffer ?? throw new InvalidOperationException("Nothing was reserved.");
        _buffer = null;
        return buffer;
    }

    /// <summary>Returns the memory and its charge, unless it was detached.</summary>
    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            var capacity = buffer.Capacity;
            buffer.Dispose();
            lease.Release(capacity);
        }
    }
}
