using Sluice.Telemetry;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>How OTLP names things of the three signals.</summary>
internal static class OtlpSignals
{
    public static Signal[] All { get; } = [Signal.Logs, Signal.Traces, Signal.Metrics];

    public static string NameOf(Signal signal) => signal switch { Signal.Logs => "logs", Signal.Traces => "traces", _ => "metrics" };

    public static string RequestOf(Signal signal) => signal switch
    {
        Signal.Logs => "ExportLogsServiceRequest",
        Signal.Traces => "ExportTraceServiceRequest",
        _ => "ExportMetricsServiceRequest",
    };

    /// <summary>The path of the signal's unary method.</summary>
    public static string GrpcPathOf(Signal signal) => signal switch
    {
        Signal.Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Signal.Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        _ => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    };

    /// <summary>The JSON name of the count in a partial success.</summary>
    public static string RejectedKeyOf(Signal signal) => signal switch
    {
        Signal.Logs => "rejectedLogRecords",
        Signal.Traces => "rejectedSpans",
        _ => "rejectedDataPoints",
    };

    /// <summary>What the count counts.</summary>
    public static string ItemOf(Signal signal) => signal switch { Signal.Logs => "log records", Signal.Traces => "spans", _ => "data points" };

    /// <summary>What one record is.</summary>
    public static string RecordOf(Signal signal) => signal switch { Signal.Logs => "log record", Signal.Traces => "span", _ => "metric" };
}
