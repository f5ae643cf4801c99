using System.Collections.Concurrent;
using Sluice.Buffers;

namespace Sluice.Telemetry;

/// <summary>Keeps the objects of the data path for reuse: batches, and the buffers under them. Thread-safe.</summary>
public sealed class TelemetryPool(BufferPool buffers)
{
    private const int Retained = 256;

    private readonly ConcurrentQueue<EnvelopeBatch> _batches = new();

    /// <summary>Where payloads and slabs are rented.</summary>
    public BufferPool Buffers { get; } = buffers;

    internal EnvelopeBatch RentBatch() => _batches.TryDequeue(out var batch) ? batch : new EnvelopeBatch(this);

    internal void Return(EnvelopeBatch batch)
    {
        if (_batches.Count < Retained)
        {
            _batches.Enqueue(batch);
        }
    }
}
