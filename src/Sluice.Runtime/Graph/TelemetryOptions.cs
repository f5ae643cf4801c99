using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary><c>service::telemetry</c>: the instance's own logs and metrics, with the Collector's keys.</summary>
[IgnoredOption("resource", "own metrics are scraped, and the scraper names the instance")]
[UnsupportedOption("traces", "remove it: this version makes no traces of its own")]
public sealed record TelemetryOptions
{
    /// <summary>Own logs.</summary>
    [Option("Own logs, written to stderr.")]
    public TelemetryLogsOptions Logs { get; init; } = new();

    /// <summary>Own metrics.</summary>
    [Option("Own metrics, served as Prometheus text.")]
    public TelemetryMetricsOptions Metrics { get; init; } = new();
}

/// <summary><c>service::telemetry::logs</c>.</summary>
[IgnoredOption("development", "there is one mode")]
[IgnoredOption("disable_caller", "callers are never written")]
[IgnoredOption("disable_stacktrace", "stack traces are written with errors only")]
[IgnoredOption("sampling", "repeated messages are few by design and never dropped")]
[UnsupportedOption("output_paths", "logs go to stderr: redirect it, or let the service manager collect it")]
[UnsupportedOption("error_output_paths", "logs go to stderr: redirect it, or let the service manager collect it")]
[UnsupportedOption("initial_fields", "let what collects the logs add fields")]
[UnsupportedOption("processors", "let what collects stderr forward it")]
public sealed record TelemetryLogsOptions
{
    /// <summary>The least level written.</summary>
    [Option("The least level that is written: debug, info, warn or error.")]
    public TelemetryLogLevel Level { get; init; } = TelemetryLogLevel.Info;

    /// <summary>How lines are written.</summary>
    [Option("How lines are written: console (text) or json (one object per line).")]
    public TelemetryLogEncoding Encoding { get; init; } = TelemetryLogEncoding.Console;
}

/// <summary>Levels of own logs.</summary>
public enum TelemetryLogLevel
{
    /// <summary>Everything.</summary>
    Debug,

    /// <summary>What an operator wants to know.</summary>
    Info,

    /// <summary>What may need attention.</summary>
    Warn,

    /// <summary>What went wrong.</summary>
    Error,
}

/// <summary>Forms of own logs.</summary>
public enum TelemetryLogEncoding
{
    /// <summary>Text for people.</summary>
    Console,

    /// <summary>One JSON object per line.</summary>
    Json,
}

/// <summary><c>service::telemetry::metrics</c>.</summary>
[IgnoredOption("views", "every metric is always served")]
public sealed record TelemetryMetricsOptions
{
    /// <summary>Whether metrics are served.</summary>
    [Option("none switches metrics off; basic, normal and detailed all serve every metric.")]
    public TelemetryMetricsLevel Level { get; init; } = TelemetryMetricsLevel.Normal;

    /// <summary>Where they are served, the Collector's former key.</summary>
    [Option("Where they are served; readers, if given, says it instead.")]
    public EndpointText Address { get; init; } = new("localhost", 8888);

    /// <summary>Where they are served, the Collector's present key.</summary>
    [Option("The Collector's readers: one pull reader with a prometheus exporter.")]
    public IReadOnlyList<TelemetryReaderOptions> Readers { get; init; } = [];

    /// <summary>Where metrics are served; null when they are switched off.</summary>
    public EndpointText? Endpoint => Level == TelemetryMetricsLevel.None
        ? null
        : Readers is [{ Pull.Exporter.Prometheus: { } prometheus }, ..] ? new EndpointText(prometheus.Host, prometheus.Port) : Address;
}

/// <summary>Levels of own metrics.</summary>
public enum TelemetryMetricsLevel
{
    /// <summary>No metrics.</summary>
    None,

    /// <summary>All metrics.</summary>
    Basic,

    /// <summary>All metrics.</summary>
    Normal,

    /// <summary>All metrics.</summary>
    Detailed,
}

/// <summary>One entry of <c>service::telemetry::metrics::readers</c>.</summary>
[UnsupportedOption("periodic", "this version serves its metrics for scraping only: use pull")]
public sealed record TelemetryReaderOptions
{
    /// <summary>Served for scraping.</summary>
    [Option("Metrics served for scraping.", Required = true)]
    public TelemetryPullOptions? Pull { get; init; }
}

/// <summary><c>pull</c> of a reader.</summary>
public sealed record TelemetryPullOptions
{
    /// <summary>What serves them.</summary>
    [Option("What serves them.", Required = true)]
    public TelemetryPullExporterOptions? Exporter { get; init; }
}

/// <summary><c>pull::exporter</c> of a reader.</summary>
public sealed record TelemetryPullExporterOptions
{
    /// <summary>Prometheus text.</summary>
    [Option("Prometheus text.", Required = true)]
    public TelemetryPrometheusOptions? Prometheus { get; init; }
}

/// <summary><c>pull::exporter::prometheus</c> of a reader.</summary>
[IgnoredOption("without_scope_info", "own metrics have no scope labels")]
[IgnoredOption("without_type_suffix", "names follow the grammar in docs/metrics.md")]
[IgnoredOption("without_units", "names follow the grammar in docs/metrics.md")]
[IgnoredOption("with_resource_constant_labels", "own metrics have no resource labels")]
public sealed record TelemetryPrometheusOptions
{
    /// <summary>The address to listen on.</summary>
    [Option("The address to listen on.")]
    public string Host { get; init; } = "localhost";

    /// <summary>The port to listen on.</summary>
    [Option("The port to listen on; 0 lets the system choose.", Min = 0, Max = 65535)]
    public int Port { get; init; } = 8888;
}
