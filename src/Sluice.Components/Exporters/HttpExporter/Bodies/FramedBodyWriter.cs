using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>Writes records as JSON objects one after the other.</summary>
/// <param name="framing">What stands around them.</param>
internal abstract class FramedBodyWriter(Framing framing) : IBodyWriter
{
    /// <inheritdoc/>
    public void Write(DeliveryBatch batch, PooledBufferWriter output)
    {
        if (framing == Framing.Array)
        {
            output.WriteByte((byte)'[');
        }

        var isFirst = true;
        for (var i = 0; i < batch.Segments.Count; i++)
        {
            var segment = batch.Segments[i];
            BeginBatch(segment.Batch);
            for (var record = 0; record < segment.Count; record++)
            {
                if (framing == Framing.Array && !isFirst)
                {
                    output.WriteByte((byte)',');
                }

                Encode(segment.Start + record, segment.FirstRecord.Plus(record), output);
                if (framing == Framing.Lines)
                {
                    output.WriteByte((byte)'\n');
                }

                isFirst = false;
            }
        }

        if (framing == Framing.Array)
        {
            output.WriteByte((byte)']');
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Starts on the batch that the next records are of.</summary>
    protected abstract void BeginBatch(EnvelopeBatch batch);

    /// <summary>Appends one record as one JSON object.</summary>
    protected abstract void Encode(int index, RecordId id, PooledBufferWriter output);
}
