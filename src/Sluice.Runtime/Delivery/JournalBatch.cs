using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Runtime.Delivery;

/// <summary>Makes batches of what was read from the journal.</summary>
internal static class JournalBatch
{
    /// <summary>What was accepted once is neither measured nor checked again: the journal vouches for the bytes.</summary>
    private static readonly IndexLimits Journaled = new() { MaxRecords = int.MaxValue, IsChecked = true };

    /// <summary>Indexes an entry.</summary>
    /// <param name="entry">What was read.</param>
    /// <param name="signal">The signal of its topic.</param>
    /// <param name="read">Its bytes, which go to the batch.</param>
    /// <param name="start">Where its request begins in them.</param>
    /// <param name="pool">Where the batch comes from.</param>
    /// <param name="bytes">The bytes, which go with the batch.</param>
    /// <returns>The batch, which belongs to the caller; null when the bytes are not what was written.</returns>
    public static EnvelopeBatch? Index(in JournalEntry entry, Signal signal, PooledBufferWriter read, int start, TelemetryPool pool, out byte[] bytes)
    {
        var length = read.Length;
        var buffer = read.Detach();
        bytes = buffer.Array;
        if (OtlpIndexer.Index(signal, buffer, start, length - start, pool, Journaled).Batch is not { } batch)
        {
            buffer.Dispose();
            return null;
        }

        if (batch.Count == entry.RecordCount)
        {
            return batch;
        }

        batch.Dispose();
        return null;
    }
}
