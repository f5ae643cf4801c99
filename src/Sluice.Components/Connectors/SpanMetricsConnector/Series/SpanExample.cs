using Sluice.Telemetry;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>A span that was counted, as an example.</summary>
internal readonly record struct SpanExample(long UnixNano, double Duration, TraceId Trace, ulong Span)
{
    /// <summary>Bytes of an exemplar with its tag and length.</summary>
    public const int Size = 50;
}
