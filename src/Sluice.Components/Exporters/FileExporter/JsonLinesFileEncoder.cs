using Sluice.Buffers;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Encoders;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>The envelope as JSON, one object per record and line.</summary>
internal sealed class JsonLinesFileEncoder(BufferPool buffers) : IFileEncoder
{
    private readonly JsonLinesEncoder _encoder = new(buffers);

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
