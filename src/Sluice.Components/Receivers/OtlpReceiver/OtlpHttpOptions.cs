using Sluice.Configuration;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>How OTLP/HTTP is served.</summary>
public sealed record OtlpHttpOptions : HttpServerOptions
{
    /// <summary>The defaults.</summary>
    public OtlpHttpOptions() => Endpoint = EndpointText.Parse("localhost:4318");

    /// <summary>The path of traces.</summary>
    [Option("The path of traces.")]
    public string TracesUrlPath { get; init; } = "/v1/traces";

    /// <summary>The path of metrics.</summary>
    [Option("The path of metrics.")]
    public string MetricsUrlPath { get; init; } = "/v1/metrics";

    /// <summary>The path of logs.</summary>
    [Option("The path of logs.")]
    public string LogsUrlPath { get; init; } = "/v1/logs";

    /// <inheritdoc/>
    public override void Validate(OptionsValidation context)
    {
        base.Validate(context);
        (string Key, string Path)[] paths = [("traces_url_path", TracesUrlPath), ("metrics_url_path", MetricsUrlPath), ("logs_url_path", LogsUrlPath)];
        foreach (var (key, path) in paths)
        {
            if (!path.StartsWith('/') || path.AsSpan().ContainsAny('?', '#'))
            {
                context.Error(key, $"\"{path}\" is not a path", "begin it with a slash, without a query");
            }
            else if (paths.Any(other => other.Key != key && other.Path == path))
            {
                context.Error(key, $"\"{path}\" is the path of another signal too", "give every signal a path of its own");
            }
        }
    }
}
