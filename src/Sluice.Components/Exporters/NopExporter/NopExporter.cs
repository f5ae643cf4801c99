using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.NopExporter;

/// <summary>Counts every batch as delivered: for measuring and for pipelines whose receivers and processors are all that matters.</summary>
internal sealed class NopExporter : IExporter
{
    public DeliveryOrder Order => DeliveryOrder.None;

    public ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken) => new(DeliveryOutcome.Delivered());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
