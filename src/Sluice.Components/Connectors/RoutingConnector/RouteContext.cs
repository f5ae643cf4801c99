namespace Sluice.Components.Connectors.RoutingConnector;

/// <summary>What the condition of a route looks at.</summary>
public enum RouteContext
{
    /// <summary>The resource that a record stands in.</summary>
    Resource,

    /// <summary>The request that the records came with.</summary>
    Request,
}
