namespace Sluice.Components.Connectors.RoutingConnector;

/// <summary>What a route does with the records that it matches.</summary>
public enum RouteAction
{
    /// <summary>They go to its pipelines, and no further route sees them.</summary>
    Move,

    /// <summary>They go to its pipelines, and on to the next route.</summary>
    Copy,
}
