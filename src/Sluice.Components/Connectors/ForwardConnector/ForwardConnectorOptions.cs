namespace Sluice.Components.Connectors.ForwardConnector;

/// <summary>Options of the <c>forward</c> connector: it has none.</summary>
public sealed record ForwardConnectorOptions;
