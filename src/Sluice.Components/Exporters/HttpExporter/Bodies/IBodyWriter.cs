using Sluice.Buffers;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>Writes records as the body of one request: the same bytes each time for the same records. Made for one request.</summary>
internal interface IBodyWriter : IDisposable
{
    /// <summary>Appends the records of a batch, all of one signal.</summary>
    void Write(DeliveryBatch batch, PooledBufferWriter output);
}
