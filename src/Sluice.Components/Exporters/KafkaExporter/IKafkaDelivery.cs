using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>Delivers one batch after the other. Everything on one thread, which it may block.</summary>
internal interface IKafkaDelivery : IDisposable
{
    /// <summary>Makes the producer, which tells whether the options are good.</summary>
    /// <exception cref="Sluice.Runtime.Contracts.ComponentStartException">They are not.</exception>
    void Start();

    /// <summary>Delivers a batch, or goes on with it.</summary>
    DeliveryOutcome Deliver(DeliveryBatch batch, CancellationToken cancellation);
}
