using Sluice.Telemetry;

namespace Sluice.Components.Exporters.Otlp;

/// <summary>How OTLP names things of the three signals.</summary>
internal static class ExportSignals
{
    /// <summary>The name in paths and keys.</summary>
    public static string NameOf(Signal signal) => signal switch { Signal.Logs => "logs", Signal.Traces => "traces", _ => "metrics" };

    /// <summary>What the count of a partial success counts.</summary>
    public static string ItemsOf(Signal signal) => signal switch { Signal.Logs => "log records", Signal.Traces => "spans", _ => "data points" };

    /// <summary>The message of an answer.</summary>
    public static string ResponseOf(Signal signal) => signal switch
    {
        Signal.Logs => "ExportLogsServiceResponse",
        Signal.Traces => "ExportTraceServiceResponse",
        _ => "ExportMetricsServiceResponse",
    };

    /// <summary>The path of the unary method.</summary>
    public static string MethodOf(Signal signal) => signal switch
    {
        Signal.Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Signal.Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        _ => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    };
}
