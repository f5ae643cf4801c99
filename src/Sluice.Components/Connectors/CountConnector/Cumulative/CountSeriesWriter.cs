using Sluice.Components.Connectors.Metering;
using Sluice.Runtime.Stateful;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.CountConnector.Cumulative;

/// <summary>Makes series of counts, and writes them as the sums that are defined.</summary>
internal sealed class CountSeriesWriter(CountDefinition[] definitions) : ISeriesFactory, ISeriesWriter
{
    /// <inheritdoc/>
    public int Kinds => definitions.Length;

    /// <inheritdoc/>
    public MeteredSeries Create(uint id, ResourceGroup group, int kind, byte[] key, byte[] attributes) => new CountSeries(id, group, kind, key, attributes);

    /// <inheritdoc/>
    public void Write(ResourceGroup group, ReadOnlySpan<MeteredSeries> series, long unixNano, StatefulOutput output)
    {
        var builder = new MetricsRequestBuilder(output.BeginRequest(Signal.Metrics));
        builder.BeginResource(group.Resource);
        builder.BeginScope(CountDefinition.Scope);
        for (var i = 0; i < definitions.Length; i++)
        {
            Write(builder, i, series, unixNano);
        }

        builder.Finish();
        output.EndRequest();
    }

    private void Write(MetricsRequestBuilder builder, int definition, ReadOnlySpan<MeteredSeries> all, long unixNano)
    {
        var isBegun = false;
        foreach (var series in all)
        {
            if (series.KindNumber != definition)
            {
                continue;
            }

            if (!isBegun)
            {
                builder.BeginSum(definitions[definition].Name, definitions[definition].Description, default, isDelta: false, isMonotonic: true);
                isBegun = true;
            }

            builder.BeginPoint(series.StartUnixNano, unixNano);
            builder.Attributes(series.Attributes);
            builder.Value((long)series.Count);
        }
    }
}
