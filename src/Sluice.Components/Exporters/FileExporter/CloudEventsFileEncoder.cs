using Sluice.Buffers;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Encoders.CloudEvents;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>CloudEvents in the JSON format, one per record and line.</summary>
internal sealed class CloudEventsFileEncoder(BufferPool buffers) : IFileEncoder
{
    private readonly CloudEventsEncoder _encoder = new(buffers);

    public void Encode(in DeliverySegment segment, ChunkedOutput output)
    {
        _encoder.BeginBatch(segment.Batch);
        for (var i = 0; i < segment.Count; i++)
        {
            _encoder.Encode(segment.Start + i, segment.FirstRecord.Plus(i), output.Writer);
            output.Writer.WriteByte((byte)'\n');
            output.EndUnit();
        }
    }

    public void Dispose() => _encoder.Dispose();
}
