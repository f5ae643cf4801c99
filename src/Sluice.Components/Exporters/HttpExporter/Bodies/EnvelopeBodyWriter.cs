using Sluice.Buffers;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Encoders;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>The envelope as JSON: a line or an element for each record, or one record alone.</summary>
/// <param name="format">Which of them.</param>
/// <param name="buffers">Where memory comes from.</param>
internal sealed class EnvelopeBodyWriter(HttpFormat format, BufferPool buffers) : IBodyWriter
{
    private readonly JsonLinesEncoder _encoder = new(buffers);

    /// <inheritdoc/>
    public void Write(DeliveryBatch batch, PooledBufferWriter output)
    {
        var isArray = format == HttpFormat.JsonArray;
        var isFirst = true;
        if (isArray)
        {
            output.WriteByte((byte)'[');
        }

        for (var i = 0; i < batch.Segments.Count; i++)
        {
            var segment = batch.Segments[i];
            _encoder.BeginBatch(segment.Batch);
            for (var record = 0; record < segment.Count; record++)
            {
                if (isArray && !isFirst)
                {
                    output.WriteByte((byte)',');
                }

                _encoder.Encode(segment.Start + record, segment.FirstRecord.Plus(record), output);
                if (format == HttpFormat.JsonLines)
                {
                    output.WriteByte((byte)'\n');
                }

                isFirst = false;
            }
        }

        if (isArray)
        {
            output.WriteByte((byte)']');
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();
}
