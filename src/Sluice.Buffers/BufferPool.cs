using System.Numerics;

namespace Sluice.Buffers;

/// <summary>
/// A pool of byte buffers in power-of-two size classes from 4 KiB to 32 MiB on the pinned heap. Unlike
/// <see cref="System.Buffers.ArrayPool{T}.Shared"/> it does not allocate when a buffer is rented on one thread and returned on another.
/// </summary>
/// <remarks>
/// A request above the largest class is served by an allocation that is not kept. Every rented buffer is counted until it is returned
/// (<see cref="RentedCount"/>, <see cref="RentedBytes"/>); disposing the pool with buffers still out throws and names their renters.
/// Thread-safe.
/// </remarks>
public sealed class BufferPool : IDisposable
{
    /// <summary>The smallest buffer handed out, in bytes.</summary>
    public const int MinimumSize = 4 << 10;

    /// <summary>The largest buffer that is kept for reuse, in bytes.</summary>
    public const int MaximumSize = 32 << 20;

    private static readonly int MinimumShift = BitOperations.Log2(MinimumSize);
    private static readonly int ClassCount = BitOperations.Log2(MaximumSize) - MinimumShift + 1;

    private readonly FreeList[] _free = new FreeList[ClassCount];
    private readonly BufferPoolOptions _options;
    private readonly LeakLedger _ledger;
    private long _retainedBytes;
    private long _rentedBytes;
    private int _rentedCount;
    private volatile bool _disposed;

    /// <summary>Creates an empty pool; memory is allocated on demand.</summary>
    public BufferPool(BufferPoolOptions? options = null)
    {
        _options = options ?? new BufferPoolOptions();
        _ledger = new LeakLedger(_options.Tracking);
        for (var i = 0; i < _free.Length; i++)
        {
            _free[i] = new FreeList();
        }
    }

    /// <summary>Bytes of capacity now rented.</summary>
    public long RentedBytes => Interlocked.Read(ref _rentedBytes);

    /// <summary>Buffers now rented.</summary>
    public int RentedCount => Volatile.Read(ref _rentedCount);

    /// <summary>Bytes kept for reuse.</summary>
    public long RetainedBytes => Interlocked.Read(ref _retainedBytes);

    /// <summary>Rents a buffer of at least <paramref name="minimumLength"/> bytes with undefined contents. The caller owns it and disposes it once.</summary>
    /// <param name="minimumLength">Bytes needed.</param>
    /// <param name="purpose">Who rents and why; a constant, named by leak reports.</param>
    public PooledBuffer Rent(int minimumLength, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimumLength);
        var sizeClass = ClassOf(minimumLength);
        var buffer = sizeClass < ClassCount ? TakeFree(sizeClass) : null;
        buffer ??= new PooledBuffer(this, CapacityFor(minimumLength));
        buffer.MarkRented();
        Interlocked.Increment(ref _rentedCount);
        Interlocked.Add(ref _rentedBytes, buffer.Capacity);
        _ledger.Rented(buffer, purpose);
        return buffer;
    }

    /// <summary>The capacity that <see cref="Rent"/> gives for a length: what budgets charge.</summary>
    public static int CapacityFor(int minimumLength)
    {
        var sizeClass = ClassOf(minimumLength);
        return sizeClass < ClassCount ? MinimumSize << sizeClass : minimumLength;
    }

    /// <summary>Lets go of the memory kept, and fails when a rented buffer has not come back; one that comes back later is not kept.</summary>
    /// <exception cref="BufferLeakException">Buffers are still out; the message names the purposes, and the stacks when tracking.</exception>
    public void Dispose()
    {
        _disposed = true;
        for (var sizeClass = 0; sizeClass < ClassCount; sizeClass++)
        {
            while (TakeFree(sizeClass) is not null)
            {
            }
        }

        _ledger.ThrowIfAny(RentedCount);
    }

    /// <summary>Takes a buffer back. Only <see cref="PooledBuffer.Dispose"/> calls it, once per rent.</summary>
    internal void Return(PooledBuffer buffer)
    {
        _ledger.Returned(buffer);
        Interlocked.Decrement(ref _rentedCount);
        Interlocked.Add(ref _rentedBytes, -buffer.Capacity);
        if (_options.Tracking)
        {
            // Never handed out again: a late reader sees the pattern, and a second return finds the mark of the first.
            buffer.Array.AsSpan().Fill(0xDD);
            return;
        }

        var sizeClass = ClassOf(buffer.Capacity);
        if (sizeClass < ClassCount && !_disposed && MakeRoom(sizeClass, buffer.Capacity))
        {
            _free[sizeClass].Push(buffer);
        }
    }

    /// <summary>Counts <paramref name="bytes"/> as kept if they fit. Larger buffers make way for smaller ones, so that a burst of large requests
    /// does not leave every small one to be allocated afresh.</summary>
    private bool MakeRoom(int sizeClass, int bytes)
    {
        if (Interlocked.Add(ref _retainedBytes, bytes) <= _options.MaxRetainedBytes)
        {
            return true;
        }

        for (var larger = ClassCount - 1; larger > sizeClass; larger--)
        {
            while (TakeFree(larger) is not null)
            {
                if (RetainedBytes <= _options.MaxRetainedBytes)
                {
                    return true;
                }
            }
        }

        Interlocked.Add(ref _retainedBytes, -bytes);
        return false;
    }

    private PooledBuffer? TakeFree(int sizeClass)
    {
        var buffer = _free[sizeClass].Pop();
        if (buffer is not null)
        {
            Interlocked.Add(ref _retainedBytes, -buffer.Capacity);
        }

        return buffer;
    }

    private static int ClassOf(int length) =>
        length <= MinimumSize ? 0 : BitOperations.Log2((uint)(length - 1)) + 1 - MinimumShift;

    /// <summary>A stack linked through the buffers themselves: unlike the concurrent collections it allocates nothing.</summary>
    private sealed class FreeList
    {
        private readonly Lock _gate = new();
        private PooledBuffer? _top;

        public void Push(PooledBuffer buffer)
        {
            lock (_gate)
            {
                buffer.NextFree = _top;
                _top = buffer;
            }
        }

        public PooledBuffer? Pop()
        {
            lock (_gate)
            {
                var buffer = _top;
                if (buffer is not null)
                {
                    _top = buffer.NextFree;
                    buffer.NextFree = null;
                }

                return buffer;
            }
        }
    }
}
