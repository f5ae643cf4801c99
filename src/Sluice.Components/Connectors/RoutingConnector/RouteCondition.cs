using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Components.Connectors.RoutingConnector;

/// <summary>When a route matches: the seam for languages of conditions. Compiled once at start; immutable, thread-safe, allocates nothing.</summary>
internal abstract class RouteCondition
{
    /// <summary>Whether the records of a resource match.</summary>
    /// <param name="record">Some record of the resource.</param>
    /// <param name="request">Where the request came from.</param>
    public abstract bool Matches(in RecordView record, RequestContext request);
}
