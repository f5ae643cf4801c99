using Sluice.Buffers;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>Writes records as one request: the same bytes each time for the same records. Made for one request.</summary>
internal interface IBodyWriter : IDisposable
{
    /// <summary>Appends the records of a batch, all of one signal, as the body.</summary>
    void Write(DeliveryBatch batch, PooledBufferWriter output);

    /// <summary>Adds what a format says of the body in headers, once it is written; most say nothing.</summary>
    void Describe(HttpRequestMessage request)
    {
    }
}
