using Sluice.Components.Connectors.CountConnector.Cumulative;
using Sluice.Components.Connectors.Metering;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>The <c>count</c> connector.</summary>
public sealed class CountConnectorFactory : StatefulConnectorFactory<CountConnectorOptions>
{
    /// <inheritdoc/>
    public override string Type => "count";

    /// <inheritdoc/>
    public override string Summary => "Counts records by conditions and attributes, each once over any restart.";

    /// <inheritdoc/>
    public override bool Connects(PipelineSignal from, PipelineSignal to) => to == PipelineSignal.Metrics;

    /// <inheritdoc/>
    protected override IStatefulConnector Create(ComponentContext context, CountConnectorOptions options)
    {
        CountDefinition[] definitions = [.. options.Counted().Select(counted => new CountDefinition(counted.Kind, counted.Name, counted.Options, context.Pool.Buffers))];
        ICounts counts = options.AggregationTemporality == Temporality.Cumulative
            ? new CumulativeCounts(context, options, definitions)
            : new DeltaCounts(context, options, definitions);
        return new CountConnector(options.MetricsFlushInterval, definitions, counts);
    }
}
