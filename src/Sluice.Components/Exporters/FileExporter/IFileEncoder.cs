using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>Turns records into the bytes of one <see cref="FileFormat"/>. Used by one thread at a time.</summary>
internal interface IFileEncoder : IDisposable
{
    /// <summary>Appends the records of a segment, and ends the unit after each piece that may be written on its own.</summary>
    void Encode(in DeliverySegment segment, ChunkedOutput output);
}
