namespace Sluice.Components.Receivers.PrometheusReceiver.Parsing;

/// <summary>The types that metrics have in the formats.</summary>
internal enum ParsedType
{
    Unknown,
    Counter,
    Gauge,
    Histogram,
    Summary,
    Info,
    StateSet,
    GaugeHistogram,
}
