using Sluice.Runtime.Contracts;

namespace Sluice.Components.Connectors.ForwardConnector;

/// <summary>The <c>forward</c> connector.</summary>
public sealed class ForwardConnectorFactory : ConnectorFactory<ForwardConnectorOptions>
{
    /// <inheritdoc/>
    public override string Type => "forward";

    /// <inheritdoc/>
    public override string Summary => "Feeds pipelines with everything that others export to it.";

    /// <inheritdoc/>
    protected override IConnector Create(
        ComponentContext context, PipelineSignal signal, IReadOnlyList<string> pipelines, ForwardConnectorOptions options) => new ForwardConnector();
}
