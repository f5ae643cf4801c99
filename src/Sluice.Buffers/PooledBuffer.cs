namespace Sluice.Buffers;

/// <summary>A buffer rented from a <see cref="BufferPool"/>. One owner; disposing returns it, and nothing may touch it afterwards.</summary>
public sealed class PooledBuffer : IDisposable
{
    private readonly BufferPool _pool;
    private int _rented;

    internal PooledBuffer(BufferPool pool, int capacity)
    {
        _pool = pool;
        Array = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
    }

    /// <summary>The memory; its whole length belongs to the owner.</summary>
    public byte[] Array { get; }

    /// <summary>Usable bytes; at least what was asked for.</summary>
    public int Capacity => Array.Length;

    /// <summary>The memory as a span.</summary>
    public Span<byte> Span => Array;

    /// <summary>Returns the buffer to its pool.</summary>
    /// <exception cref="InvalidOperationException">It has been returned already: two owners is a bug that would corrupt data.</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, 0) == 0)
        {
            throw new InvalidOperationException("A pooled buffer was returned twice.");
        }

        _pool.Return(this);
    }

    /// <summary>The next in the pool's stack of free buffers.</summary>
    internal PooledBuffer? NextFree { get; set; }

    internal void MarkRented() => Volatile.Write(ref _rented, 1);
}
