using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Sluice.Transport.HttpServer;

/// <summary>
/// The memory that connections receive into and send from. One receive fills one buffer at most, so buffers are as large as a usual request:
/// with the server's own of 4 KiB, a request of 26 KiB takes a dozen system calls instead of one. Large buffers are limited in number; beyond that
/// small ones are handed out, so that many connections with a request under way do not take more memory than they would with the server's own.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A connection that waits for a request holds no buffer. The pool keeps what comes back, at most <see cref="MaxLarge"/> large and
/// <see cref="MaxKeptSmall"/> small buffers: 12 MiB.
/// </remarks>
public sealed class ConnectionBufferPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>Bytes of a large buffer.</summary>
    public const int LargeSize = 32 << 10;

    /// <summary>Bytes of a small buffer, and the most that may be asked for: what the server asks for.</summary>
    public const int SmallSize = 4 << 10;

    /// <summary>Large buffers that may be rented at a time.</summary>
    public const int MaxLarge = 256;

    /// <summary>Small buffers that are kept for the next one who rents.</summary>
    public const int MaxKeptSmall = 1024;

    private readonly ConcurrentQueue<Block> _large = new();
    private readonly ConcurrentQueue<Block> _small = new();
    private int _rentedLarge;
    private int _keptSmall;

    /// <summary>The one of this process: all its servers share its limits.</summary>
    public static ConnectionBufferPool Process { get; } = new();

    /// <inheritdoc/>
    public override int MaxBufferSize => SmallSize;

    /// <summary>Gives every server and connection this pool.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, SmallSize);
        if (Interlocked.Increment(ref _rentedLarge) <= MaxLarge)
        {
            return _large.TryDequeue(out var large) ? large.Rented() : new Block(this, LargeSize).Rented();
        }

        Interlocked.Decrement(ref _rentedLarge);
        if (!_small.TryDequeue(out var small))
        {
            return new Block(this, SmallSize).Rented();
        }

        Interlocked.Decrement(ref _keptSmall);
        return small.Rented();
    }

    /// <summary>Does nothing: a server that ends disposes its pool, and this one belongs to all.</summary>
    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        if (block.Memory.Length == LargeSize)
        {
            _large.Enqueue(block);
            Interlocked.Decrement(ref _rentedLarge);
        }
        else if (Interlocked.Increment(ref _keptSmall) <= MaxKeptSmall)
        {
            _small.Enqueue(block);
        }
        else
        {
            Interlocked.Decrement(ref _keptSmall);
        }
    }

    /// <summary>A buffer on the pinned heap, where the system may write into it.</summary>
    private sealed class Block(ConnectionBufferPool pool, int size) : IMemoryOwner<byte>
    {
        private int _isRented;

        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(size, pinned: true);

        public Block Rented()
        {
            _isRented = 1;
            return this;
        }

        /// <summary>Gives it back; a second time it does nothing.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isRented, 0) == 1)
            {
                pool.Return(this);
            }
        }
    }
}
