using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary><c>service::telemetry</c>: the instance's own logs, metrics and traces, with the Collector's keys.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Attributes of the resource of what is sent.</summary>
    [Option("Attributes of the resource of what is sent with OTLP, beside service.name, service.version and service.instance.id; one without a value is left out.")]
    public IReadOnlyDictionary<string, ConfigScalar> Resource { get; init; } = new Dictionary<string, ConfigScalar>();

    /// <summary>Own logs.</summary>
    [Option("Own logs, written to stderr.")]
    public TelemetryLogsOptions Logs { get; init; } = new();

    /// <summary>Own metrics.</summary>
    [Option("Own metrics, served as Prometheus text, sent with OTLP, or both.")]
    public TelemetryMetricsOptions Metrics { get; init; } = new();

    /// <summary>Own traces.</summary>
    [Option("Own traces: a span for each slow operation.")]
    public TelemetryTracesOptions Traces { get; init; } = new();

    /// <summary>Every exporter of own telemetry that is in use, with the path of its endpoint.</summary>
    public IEnumerable<(string Key, TelemetryOtlpOptions Otlp)> Exporters()
    {
        for (var i = 0; i < Logs.Processors.Count; i++)
        {
            yield return ($"logs::processors[{i}]::batch::exporter::otlp::endpoint", Logs.Processors[i].Batch!.Exporter!.Otlp!);
        }

        for (var i = 0; i < Metrics.Readers.Count && Metrics.Level != TelemetryMetricsLevel.None; i++)
        {
            if (Metrics.Readers[i].Periodic is { } periodic)
            {
                yield return ($"metrics::readers[{i}]::periodic::exporter::otlp::endpoint", periodic.Exporter!.Otlp!);
            }
        }

        for (var i = 0; i < Traces.Processors.Count && Traces.Level != TelemetryTracesLevel.None; i++)
        {
            yield return ($"traces::processors[{i}]::batch::exporter::otlp::endpoint", Traces.Processors[i].Batch!.Exporter!.Otlp!);
        }
    }
}

/// <summary><c>service::telemetry::traces</c>.</summary>
[IgnoredOption("propagators", "own traces begin and end in this instance")]
[IgnoredOption("limits", "own spans have few attributes")]
[UnsupportedOption("sampler", "slow_threshold says which operations are traced")]
public sealed record TelemetryTracesOptions
{
    /// <summary>Whether there are traces.</summary>
    [Option("none switches traces off.")]
    public TelemetryTracesLevel Level { get; init; } = TelemetryTracesLevel.Basic;

    /// <summary>What becomes of spans.</summary>
    [Option("What becomes of spans; none are made without.")]
    public IReadOnlyList<TelemetryProcessorOptions> Processors { get; init; } = [];

    /// <summary>What is slow.</summary>
    [Option("Deliveries, commits of requests and flushes of the journal that take this long are traced; 0s traces all.", Min = 0)]
    public TimeSpan SlowThreshold { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Levels of own traces.</summary>
public enum TelemetryTracesLevel
{
    /// <summary>No traces.</summary>
    None,

    /// <summary>Slow operations.</summary>
    Basic,
}

/// <summary><c>service::telemetry::logs</c>.</summary>
[IgnoredOption("development", "there is one mode")]
[IgnoredOption("disable_caller", "callers are never written")]
[IgnoredOption("disable_stacktrace", "stack traces are written with errors only")]
[IgnoredOption("sampling", "repeated messages are few by design and never dropped")]
[UnsupportedOption("output_paths", "logs go to stderr: redirect it, or let the service manager collect it")]
[UnsupportedOption("error_output_paths", "logs go to stderr: redirect it, or let the service manager collect it")]
[UnsupportedOption("initial_fields", "let what collects the logs add fields")]
public sealed record TelemetryLogsOptions
{
    /// <summary>The least level written.</summary>
    [Option("The least level that is written: debug, info, warn or error.")]
    public TelemetryLogLevel Level { get; init; } = TelemetryLogLevel.Info;

    /// <summary>How lines are written.</summary>
    [Option("How lines are written: console (text) or json (one object per line).")]
    public TelemetryLogEncoding Encoding { get; init; } = TelemetryLogEncoding.Console;

    /// <summary>Where they go beside stderr.</summary>
    [Option("Where they go beside stderr.")]
    public IReadOnlyList<TelemetryProcessorOptions> Processors { get; init; } = [];
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
public sealed record TelemetryMetricsOptions : IValidatableOptions
{
    /// <summary>Whether there are metrics.</summary>
    [Option("none switches metrics off; basic, normal and detailed all have every metric.")]
    public TelemetryMetricsLevel Level { get; init; } = TelemetryMetricsLevel.Normal;

    /// <summary>Where they are served, the Collector's former key.</summary>
    [Option("Where they are served; readers, if given, says it instead.")]
    public EndpointText Address { get; init; } = new("localhost", 8888);

    /// <summary>Where they are served, the Collector's present key.</summary>
    [Option("The Collector's readers: at most one pull reader with a prometheus exporter, and periodic readers that send.")]
    public IReadOnlyList<TelemetryReaderOptions> Readers { get; init; } = [];

    /// <summary>Where metrics are served; null when they are not: switched off, or with readers of which none is for scraping.</summary>
    public EndpointText? Endpoint
    {
        get
        {
            if (Level == TelemetryMetricsLevel.None || Readers.Count == 0)
            {
                return Level == TelemetryMetricsLevel.None ? null : Address;
            }

            return Readers.FirstOrDefault(reader => reader.Pull is not null)?.Pull?.Exporter?.Prometheus is { } prometheus
                ? new EndpointText(prometheus.Host, prometheus.Port)
                : null;
        }
    }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Readers.Count(reader => reader.Pull is not null) > 1)
        {
            context.Error("readers", "have more than one pull reader", "keep one: its page serves any number of scrapers");
        }
    }
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

/// <summary>One entry of <c>service::telemetry::metrics::readers</c>: one of its keys.</summary>
public sealed record TelemetryReaderOptions : IValidatableOptions
{
    /// <summary>Served for scraping.</summary>
    [Option("Metrics served for scraping.")]
    public TelemetryPullOptions? Pull { get; init; }

    /// <summary>Sent in intervals.</summary>
    [Option("Metrics sent in intervals.")]
    public TelemetryPeriodicOptions? Periodic { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Pull is null == Periodic is null)
        {
            context.Error("", "a reader needs one of pull and periodic", "make two readers of it, or give it one of the keys");
        }
    }
}

/// <summary><c>periodic</c> of a reader.</summary>
[IgnoredOption("cardinality_limits", "labels have few values, chosen by the configuration")]
public sealed record TelemetryPeriodicOptions
{
    /// <summary>How often.</summary>
    [Option("How often they are sent.", Unit = "milliseconds", Min = 1, Max = int.MaxValue)]
    public int Interval { get; init; } = 60_000;

    /// <summary>How long.</summary>
    [Option("How long one sending may take.", Unit = "milliseconds", Min = 1, Max = int.MaxValue)]
    public int Timeout { get; init; } = 30_000;

    /// <summary>What sends.</summary>
    [Option("What sends.", Required = true)]
    public TelemetryMetricExporterOptions? Exporter { get; init; }
}

/// <summary><c>periodic::exporter</c> of a reader.</summary>
[UnsupportedOption("console", "look at the page of a pull reader")]
[UnsupportedOption("otlp_http", "write otlp with protocol: http/protobuf")]
[UnsupportedOption("otlp_grpc", "write otlp with protocol: grpc")]
public sealed record TelemetryMetricExporterOptions
{
    /// <summary>OTLP.</summary>
    [Option("OTLP.", Required = true)]
    public TelemetryMetricOtlpOptions? Otlp { get; init; }
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
