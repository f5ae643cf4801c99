using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>Delivers one batch after the other. Everything on one thread, which it may block.</summary>
internal interface IKafkaDelivery : IDisposable
{
    /// <summary>Delivers a batch, or goes on with it.</summary>
    DeliveryOutcome Deliver(DeliveryBatch batch, CancellationToken cancellation);
}
