using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Connectors.RoutingConnector;

/// <summary>Options of the <c>routing</c> connector: the Collector's keys and defaults.</summary>
[IgnoredOption("error_mode", "the conditions that this version takes cannot fail on a record")]
[UnsupportedOption("match_once", "the Collector has removed it; use action copy for routes that must not end the search")]
public sealed record RoutingConnectorOptions : IValidatableOptions, IPipelineUser
{
    /// <summary>Where records go that no route moved.</summary>
    [Option("Ids of the pipelines that records go to which no route has moved; without any they are dropped, and counted.")]
    public IReadOnlyList<string> DefaultPipelines { get; init; } = [];

    /// <summary>The routes.</summary>
    [Option("The routes, tried in this order.", Required = true)]
    public IReadOnlyList<RouteOptions> Table { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<PipelineReference> UsedPipelines
    {
        get
        {
            for (var route = 0; route < Table.Count; route++)
            {
                for (var i = 0; i < Table[route].Pipelines.Count; i++)
                {
                    yield return new PipelineReference($"table[{route}]::pipelines[{i}]", Table[route].Pipelines[i]);
                }
            }

            for (var i = 0; i < DefaultPipelines.Count; i++)
            {
                yield return new PipelineReference($"default_pipelines[{i}]", DefaultPipelines[i]);
            }
        }
    }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Table.Count == 0)
        {
            context.Error("table", "it has no route", "give at least one, or use the forward connector");
        }
    }
}
