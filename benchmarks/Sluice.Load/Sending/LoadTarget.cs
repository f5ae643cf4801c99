using Sluice.Load.Content;

namespace Sluice.Load.Sending;

/// <summary>Where requests go.</summary>
/// <param name="Endpoint">Scheme, host and port; http only.</param>
/// <param name="Grpc">Whether gRPC is spoken there, or HTTP/1.1.</param>
/// <param name="Signal">What is sent.</param>
/// <param name="Gzip">Whether bodies are compressed.</param>
public sealed record LoadTarget(Uri Endpoint, bool Grpc, LoadSignal Signal, bool Gzip)
{
    /// <summary>The path of the service.</summary>
    public string Path => (Grpc, Signal) switch
    {
        (false, LoadSignal.Logs) => "/v1/logs",
        (false, LoadSignal.Traces) => "/v1/traces",
        (false, _) => "/v1/metrics",
        (true, LoadSignal.Logs) => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        (true, LoadSignal.Traces) => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        (true, _) => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    };
}
