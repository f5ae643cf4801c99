using Sluice.Buffers;

namespace Sluice.Telemetry.Otlp;

/// <summary>Reads an OTLP export request in a single pass into an <see cref="EnvelopeBatch"/>.</summary>
public static partial class OtlpIndexer
{
    /// <summary>Indexes and validates an encoded export request.</summary>
    /// <param name="signal">Which request it is.</param>
    /// <param name="buffer">Holds the request. Owned by the batch on success; stays the caller's otherwise.</param>
    /// <param name="offset">Where the request starts.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="pool">Where the batch comes from.</param>
    /// <param name="limits">What is too much.</param>
    public static IndexResult Index(Signal signal, PooledBuffer buffer, int offset, int length, TelemetryPool pool, IndexLimits limits)
    {
        _ = (signal, buffer, offset, length, pool, limits);
        throw new NotSupportedException();
    }
}
