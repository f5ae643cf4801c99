using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>The <c>webhook</c> receiver.</summary>
public sealed class WebhookReceiverFactory : ReceiverFactory<WebhookReceiverOptions>
{
    /// <inheritdoc/>
    public override string Type => "webhook";

    /// <inheritdoc/>
    public override IReadOnlyList<PipelineSignal> Signals => [PipelineSignal.Logs, PipelineSignal.Events];

    /// <inheritdoc/>
    public override string Summary => "Receives signed webhooks, each once, and makes events of them.";

    /// <inheritdoc/>
    protected override IReceiver Create(ComponentContext context, WebhookReceiverOptions options, IIntake intake) =>
        new WebhookReceiver(context, options, intake);
}
