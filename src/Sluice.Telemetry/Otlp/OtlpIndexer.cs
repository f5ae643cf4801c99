using Sluice.Buffers;

namespace Sluice.Telemetry.Otlp;

/// <summary>
/// Reads an OTLP export request in a single pass into an <see cref="EnvelopeBatch"/>, and checks every message of the model in it.
/// </summary>
/// <remarks>
/// What protobuf accepts is accepted, unknown fields and groups included, with three exceptions: tags and lengths beyond 32 bits,
/// which most implementations refuse; groups nested deeper than 64; and records with one of the <see cref="RejectionReason"/>s,
/// which are refused one by one. Never throws on bad input, and allocates nothing per record.
/// </remarks>
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
        var batch = pool.RentBatch();
        batch.Begin(signal, buffer, offset, length);
        var scan = new Scan(buffer.Array.AsSpan(offset, length), limits);
        if (ScanRequest(ref scan, batch, limits))
        {
            return new IndexResult(IndexStatus.Ok, batch, 0);
        }

        batch.Abandon();
        return new IndexResult(scan.Status, null, scan.ErrorOffset);
    }

    /// <summary>Checks a single record and derives its header: for records that were edited or built here.</summary>
    /// <param name="signal">Which message it is.</param>
    /// <param name="message">The encoded <c>LogRecord</c>, <c>Span</c> or <c>Metric</c>.</param>
    /// <param name="envelope">
    /// Gets what is derived from the message; its position, scope, resource and <see cref="EnvelopeFlags.InSlab"/> are left alone.
    /// Undefined when the record is refused.
    /// </param>
    /// <param name="limits">What is too much.</param>
    /// <param name="reason">Why it is refused; <see cref="RejectionReason.None"/> when it is not, and when it is malformed.</param>
    /// <returns>False when it is refused or malformed.</returns>
    public static bool TryIndexRecord(
        Signal signal,
        ReadOnlySpan<byte> message,
        ref Envelope envelope,
        IndexLimits limits,
        out RejectionReason reason)
    {
        var derived = default(Envelope);
        var scan = new Scan(message, limits);
        if (!ScanRecord(signal, ref scan, 0, message.Length, ref derived))
        {
            reason = RejectionReason.None;
            return false;
        }

        derived.Offset = envelope.Offset;
        derived.Length = envelope.Length;
        derived.Scope = envelope.Scope;
        derived.Resource = envelope.Resource;
        derived.Flags |= envelope.Flags & EnvelopeFlags.InSlab;
        envelope = derived;
        reason = scan.Reason;
        return reason == RejectionReason.None;
    }
}
