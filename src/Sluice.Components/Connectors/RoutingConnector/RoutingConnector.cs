using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Connectors.RoutingConnector;

/// <summary>Sends the records of each resource where the first routes that match say.</summary>
internal sealed class RoutingConnector : IConnector
{
    private readonly Route[] _routes;
    private readonly ulong _default;

    /// <param name="options">The table, which was validated.</param>
    /// <param name="pipelines">The pipelines of this signal; a route that leads to none of them is none for it.</param>
    public RoutingConnector(RoutingConnectorOptions options, IReadOnlyList<string> pipelines)
    {
        _default = Mask(options.DefaultPipelines, pipelines);
        _routes =
        [
            .. options.Table
                .Select(route => new Route(Compile(route), route.Action == RouteAction.Move, Mask(route.Pipelines, pipelines)))
                .Where(static route => route.Targets != 0),
        ];
    }

    void IConnector.Route(BatchView view, RequestContext context, Span<ulong> targets)
    {
        var last = -1;
        var found = 0UL;
        for (var i = 0; i < targets.Length; i++)
        {
            // Records of one resource stand together.
            var resource = view.Envelopes[i].Resource;
            if (resource != last)
            {
                last = resource;
                found = Find(view.GetRecord(i), context);
            }

            targets[i] = found;
        }
    }

    private ulong Find(in RecordView record, RequestContext context)
    {
        var found = 0UL;
        foreach (var route in _routes)
        {
            if (route.Condition.Matches(in record, context))
            {
                found |= route.Targets;
                if (route.Moves)
                {
                    return found;
                }
            }
        }

        return found | _default;
    }

    private static RouteCondition Compile(RouteOptions route) =>
        RouteConditionParser.TryParse(route, out var condition, out var fault)
            ? condition
            : throw new ComponentStartException($"table: {fault}; {RouteConditionParser.Forms(route.Context)}");

    private static ulong Mask(IReadOnlyList<string> ids, IReadOnlyList<string> pipelines)
    {
        var mask = 0UL;
        for (var i = 0; i < pipelines.Count; i++)
        {
            mask |= ids.Contains(pipelines[i]) ? 1UL << i : 0;
        }

        return mask;
    }

    private readonly record struct Route(RouteCondition Condition, bool Moves, ulong Targets);
}
