using Sluice.Configuration;

namespace Sluice.Components.Extensions.HealthCheckExtension;

/// <summary>Options of the <c>health_check</c> extension.</summary>
[IgnoredOption("check_collector_pipeline", "/ready reports every component; the Collector's own key has no effect there either")]
[IgnoredOption("read_timeout", "the pages read no request bodies")]
[IgnoredOption("write_timeout", "answers are small and written at once")]
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
