using Sluice.Configuration;

namespace Sluice.Components.Extensions.HealthCheckExtension;

/// <summary>Options of the <c>health_check</c> extension.</summary>
[IgnoredOption("check_collector_pipeline", "/ready reports every component; the Collector's own key has no effect there either")]
[IgnoredOption("read_timeout", "the pages read no request bodies")]
[IgnoredOption("read_header_timeout", "the server has a limit of its own")]
[IgnoredOption("write_timeout", "answers are small and written at once")]
[IgnoredOption("idle_timeout", "the server closes idle connections by itself")]
[IgnoredOption("keep_alives_enabled", "a probe that closes its connection is free to")]
[IgnoredOption("max_request_body_size", "the pages read no request bodies")]
[IgnoredOption("compression_algorithms", "the pages read no request bodies")]
[IgnoredOption("include_metadata", "the pages take no data")]
[IgnoredOption("cors", "the pages answer no other origin")]
[IgnoredOption("transport", "the pages are served over TCP")]
[UnsupportedOption("response_headers", "remove it, or let a proxy in front add them")]
[UnsupportedOption("middlewares", "there are no middleware extensions: put a proxy in front")]
[UnsupportedOption("response_body", "read the JSON of / and /ready, or use the status code alone")]
[UnsupportedOption("tls", "keep the pages on a loopback address or inside the pod")]
[UnsupportedOption("auth", "keep the pages on a loopback address or inside the pod")]
[UnsupportedOption("http", "the keys of health_check v2 are not read: set endpoint and path")]
[UnsupportedOption("grpc", "probe over HTTP: set endpoint")]
[UnsupportedOption("component_health", "read /ready, which lists every component with its state")]
public sealed record HealthCheckExtensionOptions : IValidatableOptions
{
    /// <summary>Where the pages are served.</summary>
    [Option("Where the pages are served.")]
    public EndpointText Endpoint { get; init; } = new("localhost", 13133);

    /// <summary>The liveness page.</summary>
    [Option("The path of the page that answers 200 as long as the process works; readiness is always at /ready.")]
    public string Path { get; init; } = "/";

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (!Path.StartsWith('/') || Path == Transport.Health.HealthEndpoint.ReadyPath)
        {
            context.Error("path", $"\"{Path}\" is not a path for it", "write a path that starts with / and is not /ready");
        }
    }
}
