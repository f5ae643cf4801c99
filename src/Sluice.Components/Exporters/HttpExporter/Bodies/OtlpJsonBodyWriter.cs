using Sluice.Buffers;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Otlp.Json;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>One export request of OTLP-JSON.</summary>
internal sealed class OtlpJsonBodyWriter : IBodyWriter
{
    /// <inheritdoc/>
    public void Write(DeliveryBatch batch, PooledBufferWriter output)
    {
        for (var i = 0; i < batch.Segments.Count; i++)
        {
            var segment = batch.Segments[i];
            OtlpJsonWriter.WritePart(segment.Batch, segment.Start, segment.Count, isFirst: i == 0, output);
        }

        OtlpJsonWriter.EndRequest(output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is kept between records.
    }
}
