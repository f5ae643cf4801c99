using Google.Protobuf;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Tests.Otlp;

/// <summary>Indexes arrays in tests, over a pool that fails when it is disposed with a buffer still out.</summary>
internal sealed class Indexing : IDisposable
{
    private readonly BufferPool _buffers;
    private readonly TelemetryPool _pool;

    /// <param name="tracking">Name the stack of whoever leaks; takes most of the time of a test that rents a hundred thousand times.</param>
    public Indexing(bool tracking = true)
    {
        _buffers = new BufferPool(new() { Tracking = tracking });
        _pool = new TelemetryPool(_buffers);
    }

    public static TheoryData<Signal> Signals => [Signal.Logs, Signal.Traces, Signal.Metrics];

    public TelemetryPool Pool => _pool;

    /// <summary>Indexes a copy of the bytes that does not start at the beginning of its buffer. On failure the buffer is returned here.</summary>
    public IndexResult Index(Signal signal, ReadOnlySpan<byte> request, IndexLimits? limits = null)
    {
        const int Offset = 5;
        var buffer = _buffers.Rent(request.Length + Offset, "indexer test");
        request.CopyTo(buffer.Span[Offset..]);
        var result = OtlpIndexer.Index(signal, buffer, Offset, request.Length, _pool, limits ?? IndexLimits.Default);
        if (result.Status != IndexStatus.Ok)
        {
            Assert.Null(result.Batch);
            Assert.InRange(result.ErrorOffset, 0, request.Length);
            buffer.Dispose();
        }

        return result;
    }

    /// <summary>Indexes a request that must be readable.</summary>
    public EnvelopeBatch Accept(Signal signal, IMessage request, IndexLimits? limits = null)
    {
        var result = Index(signal, request.ToByteArray(), limits);
        Assert.Equal(IndexStatus.Ok, result.Status);
        return result.Batch!;
    }

    /// <summary>A buffer that holds the request from its start.</summary>
    public PooledBuffer Rent(ReadOnlySpan<byte> request)
    {
        var buffer = _buffers.Rent(request.Length, "indexer test");
        request.CopyTo(buffer.Span);
        return buffer;
    }

    public void Dispose() => _buffers.Dispose();
}
