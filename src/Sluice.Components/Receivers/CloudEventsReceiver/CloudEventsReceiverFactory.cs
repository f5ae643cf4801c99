using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.CloudEventsReceiver;

/// <summary>The <c>cloudevents</c> receiver.</summary>
public sealed class CloudEventsReceiverFactory : ReceiverFactory<CloudEventsReceiverOptions>
{
    /// <inheritdoc/>
    public override string Type => "cloudevents";

    /// <inheritdoc/>
    public override IReadOnlyList<PipelineSignal> Signals => [PipelineSignal.Logs, PipelineSignal.Events];

    /// <inheritdoc/>
    public override string Summary => "Receives CloudEvents over HTTP in every content mode, each once.";

    /// <inheritdoc/>
    protected override IReceiver Create(ComponentContext context, CloudEventsReceiverOptions options, IIntake intake) =>
        new CloudEventsReceiver(context, options, intake);
}
