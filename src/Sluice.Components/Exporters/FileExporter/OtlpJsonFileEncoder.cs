using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Otlp.Json;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>OTLP-JSON, one export request per line: the Collector's <c>json</c> format.</summary>
internal sealed class OtlpJsonFileEncoder : IFileEncoder
{
    public void Encode(in DeliverySegment segment, ChunkedOutput output)
    {
        OtlpJsonWriter.Write(segment.Batch, segment.Start, segment.Count, output.Writer);
        output.Writer.WriteByte((byte)'\n');
        output.EndUnit();
    }

    public void Dispose()
    {
    }
}
