using Sluice.Runtime.Stateful;

namespace Sluice.Components.Connectors.Metering;

/// <summary>Writes the series of a connector as metrics.</summary>
internal interface ISeriesWriter
{
    /// <summary>Writes a request of some series of one resource.</summary>
    void Write(ResourceGroup group, ReadOnlySpan<MeteredSeries> series, long unixNano, StatefulOutput output);
}
