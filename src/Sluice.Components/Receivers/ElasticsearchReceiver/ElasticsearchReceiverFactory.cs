using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.ElasticsearchReceiver;

/// <summary>The <c>elasticsearch</c> receiver.</summary>
public sealed class ElasticsearchReceiverFactory : ReceiverFactory<ElasticsearchReceiverOptions>
{
    /// <inheritdoc/>
    public override string Type => "elasticsearch";

    /// <inheritdoc/>
    public override IReadOnlyList<PipelineSignal> Signals => [PipelineSignal.Logs, PipelineSignal.Events];

    /// <inheritdoc/>
    public override string Summary => "Receives documents from whatever ships to Elasticsearch, and makes log records of them.";

    /// <inheritdoc/>
    protected override IReceiver Create(ComponentContext context, ElasticsearchReceiverOptions options, IIntake intake) =>
        new ElasticsearchReceiver(context, options, intake);
}
