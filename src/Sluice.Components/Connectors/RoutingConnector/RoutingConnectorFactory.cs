using Sluice.Runtime.Contracts;

namespace Sluice.Components.Connectors.RoutingConnector;

/// <summary>The <c>routing</c> connector.</summary>
public sealed class RoutingConnectorFactory : ConnectorFactory<RoutingConnectorOptions>
{
    /// <inheritdoc/>
    public override string Type => "routing";

    /// <inheritdoc/>
    public override string Summary => "Feeds pipelines with the records whose resource or request fits.";

    /// <inheritdoc/>
    protected override IConnector Create(
        ComponentContext context, PipelineSignal signal, IReadOnlyList<string> pipelines, RoutingConnectorOptions options) =>
        new RoutingConnector(options, pipelines);
}
