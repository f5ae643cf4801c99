namespace Sluice.Buffers;

/// <summary>How a <see cref="BufferPool"/> keeps and watches its memory.</summary>
public sealed record BufferPoolOptions
{
    /// <summary>Bytes kept for reuse while nobody rents them; what is returned beyond is left to the garbage collector. 64 MiB.</summary>
    public long MaxRetainedBytes { get; init; } = 64L << 20;

    /// <summary>Remember the stack of every renter, fill returned memory with <c>0xDD</c> and never hand it out again. For tests: it costs microseconds per rent.</summary>
    public bool Tracking { get; init; }
}
