using System.Buffers.Binary;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>OTLP export requests, each behind its length in four bytes, big-endian: the Collector's <c>proto</c> format.</summary>
internal sealed class ProtoFileEncoder : IFileEncoder
{
    private const int PrefixLength = sizeof(uint);

    public void Encode(in DeliverySegment segment, ChunkedOutput output)
    {
        var writer = output.Writer;
        var start = writer.Length;
        writer.GetSpan(PrefixLength);
        writer.Advance(PrefixLength);
        var length = OtlpRequestWriter.Write(segment.Batch, segment.Start, segment.Count, writer);
        BinaryPrimitives.WriteUInt32BigEndian(writer.WrittenForUpdate[start..], (uint)length);
        output.EndUnit();
    }

    public void Dispose()
    {
    }
}
