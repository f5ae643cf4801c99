using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.Prometheus.Sources;
using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Transport.Authentication;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Tls;

namespace Sluice.Components.Exporters.PrometheusExporter;

/// <summary>Options of the <c>prometheus</c> exporter.</summary>
[IgnoredOption("read_timeout", "scrapers send no bodies")]
[IgnoredOption("max_request_body_size", "scrapers send no bodies")]
[IgnoredOption("compression_algorithms", "scrapers send no bodies; answers are compressed with gzip for those that ask for it")]
[IgnoredOption("include_metadata", "nothing is taken from scrapers")]
[UnsupportedOption("cors", "let Prometheus scrape, and query that from browsers")]
[UnsupportedOption("middlewares", "there are no middleware extensions: put a proxy in front")]
public sealed record PrometheusExporterOptions : IValidatableOptions, IDeliveryOptions, IExtensionUser
{
    /// <summary>Where it is scraped.</summary>
    [Option("Where it is scraped, on the path /metrics. Port 0 takes a free one.", Required = true)]
    public ListenEndpoint Endpoint { get; init; }

    /// <summary>The kind of socket.</summary>
    [Option("The kind of socket; with unix the endpoint is its path.")]
    public SocketKind Transport { get; init; }

    /// <summary>TLS; null for none.</summary>
    [Option("TLS. Absent, it is spoken in the clear.")]
    public TlsServerOptions? Tls { get; init; }

    /// <summary>Who checks scrapers; null for nobody.</summary>
    [Option("Who checks scrapers. Absent, everybody may scrape.")]
    public ServerAuthenticationOptions? Auth { get; init; }

    /// <summary>Headers added to every answer.</summary>
    [Option("Headers added to every answer.")]
    public IReadOnlyDictionary<string, string> ResponseHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>How long the head of a request may take; zero for no limit.</summary>
    [Option("How long the head of a request may take to arrive; 0s for no limit.", Min = 0)]
    public TimeSpan ReadHeaderTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an answer may take; zero for no limit.</summary>
    [Option("How long an answer may take to be sent; then the connection is closed. 0s for no limit.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a connection may be idle; zero for no limit.</summary>
    [Option("How long a connection may be idle before it is closed; 0s for ever.", Min = 0)]
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>Whether connections serve more than one request.</summary>
    [Option("Whether a connection serves more than one request.")]
    public bool KeepAlivesEnabled { get; init; } = true;

    /// <summary>Connections at once; zero for no limit.</summary>
    [Option("Connections at once; further ones are closed at once. 0 for as many as the system lets open.", Unit = "connections", Min = 0)]
    public int MaxConnections { get; init; }

    /// <summary>Scrapes that are answered at once; zero for no limit.</summary>
    [Option("Scrapes that are answered at once; further ones get 503 and Retry-After. 0 for no limit.", Unit = "scrapes", Min = 0)]
    public int MaxRequestsInFlight { get; init; } = 40;

    /// <summary>Before every name; empty for nothing.</summary>
    [Option("What the names of all metrics begin with, followed by an underscore. target_info keeps its name.")]
    public string Namespace { get; init; } = "";

    /// <summary>Labels of every series.</summary>
    [Option("Labels that every series gets; job and instance only where the resource has none.")]
    public IReadOnlyDictionary<string, string> ConstLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether samples carry the time of their data points.</summary>
    [Option("Whether samples carry the time of their data points; otherwise Prometheus takes the time of its scrape, and marks series that end as stale.")]
    public bool SendTimestamps { get; init; }

    /// <summary>How long a series is exposed without a new data point.</summary>
    [Option("How long a series is exposed without a new data point; then it is forgotten, with the sum of its deltas.", Min = 1)]
    public TimeSpan MetricExpiration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether OpenMetrics is spoken.</summary>
    [Option("Whether scrapers that prefer OpenMetrics 1.0 get it, which has exemplars; otherwise they get the text format 0.0.4, which has none.")]
    public bool EnableOpenMetrics { get; init; } = true;

    /// <summary>Whether scopes make no labels.</summary>
    [Option("Whether the labels otel_scope_… are left out: name, version, schema URL and attributes of the scope.")]
    public bool WithoutScopeInfo { get; init; }

    /// <summary>Whether unit and type are appended to names, where no strategy is given.</summary>
    [Option("Whether unit and type are appended to names; translation_strategy, where it is given, says so instead.")]
    public bool AddMetricSuffixes { get; init; } = true;

    /// <summary>How names are translated; null: as <see cref="AddMetricSuffixes"/> says.</summary>
    [Option("How names are translated: with characters other than letters, digits and underscores becoming underscores or not, with unit and type appended or not. Absent: UnderscoreEscapingWithSuffixes.")]
    public NameStrategy? TranslationStrategy { get; init; }

    /// <summary>Which attributes of resources become labels.</summary>
    [Option("Which attributes of resources become labels. Absent: none; they are in target_info.")]
    public ResourceLabelOptions? ResourceConstantLabels { get; init; }

    /// <summary>Whether attributes of resources become labels.</summary>
    [Option("Whether attributes of resources become labels; resource_constant_labels, where it is given, says so instead.")]
    public ResourceConversionOptions ResourceToTelemetryConversion { get; init; } = new();

    /// <summary>Series of one metric.</summary>
    [Option("Series that one metric may have; data points of further ones are left out, counted and logged. 0 for no limit.", Unit = "series", Min = 0)]
    public int MaxSeriesPerMetric { get; init; } = 100_000;

    /// <summary>Series of all metrics.</summary>
    [Option("Series that all metrics together may have; data points of further ones are left out, counted and logged. 0 for no limit.", Unit = "series", Min = 0)]
    public int MaxSeries { get; init; } = 1_000_000;

    /// <summary>How records are gathered.</summary>
    [Option("How records are gathered before they are added.")]
    public SendingQueueOptions SendingQueue { get; init; } = new();

    /// <summary>Bytes it may lag behind.</summary>
    [Option("Bytes of the journal it may lag behind; absent for all of it.")]
    public ByteSize? MaxLag { get; init; }

    /// <summary>What happens when it lags too far.</summary>
    [Option("What happens when it lags too far: reject refuses new data for its pipelines, drop_oldest drops and counts the oldest.")]
    public OnFull OnFull { get; init; } = OnFull.Reject;

    /// <summary>Where it starts when it is new.</summary>
    [Option("Where it starts when it is new: latest (new records only) or earliest (all that the journal still holds).")]
    public StartAt StartAt { get; init; } = StartAt.Latest;

    /// <summary>Adding to memory does not fail, so there is nothing to configure.</summary>
    RetryOptions IDeliveryOptions.RetryOnFailure { get; } = new();

    /// <inheritdoc/>
    public IEnumerable<ExtensionReference> UsedExtensions => Auth is null ? [] : [Auth.Reference("auth")];

    /// <summary>The strategy that holds.</summary>
    internal NameStrategy Strategy => TranslationStrategy
        ?? (AddMetricSuffixes ? NameStrategy.UnderscoreEscapingWithSuffixes : NameStrategy.UnderscoreEscapingWithoutSuffixes);

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        ListenRules.Check(Endpoint, Transport, context);
        HeaderRules.CheckResponse(ResponseHeaders, context);
        var names = new NameTranslation(Strategy, Namespace);
        foreach (var reserved in ConstLabels.Keys.Where(name => names.Label(name) is "le" or "quantile" or ['_', '_', ..]))
        {
            context.Error("const_labels", $"\"{reserved}\" is a label that Prometheus has for itself", "give it another name");
        }

        foreach (var twice in ConstLabels.Keys.GroupBy(names.Label, StringComparer.Ordinal).Where(group => group.Count() > 1 || group.Key.Length == 0))
        {
            context.Error("const_labels", $"\"{twice.Last()}\" becomes the label \"{twice.Key}\"", "give every label a name of its own, of letters, digits and underscores");
        }

        if (TranslationStrategy is not null && context.IsSet("add_metric_suffixes"))
        {
            context.Error("add_metric_suffixes", "has no effect beside translation_strategy", "remove it");
        }

        if (ResourceConstantLabels is not null && ResourceToTelemetryConversion.Enabled)
        {
            context.Error("resource_to_telemetry_conversion", "has no effect beside resource_constant_labels", "remove it");
        }
    }

    /// <summary>How it is served.</summary>
    internal HttpHostOptions ToHost(ComponentContext context) => new()
    {
        ConfigurationKey = $"exporters::{context.Id}::endpoint",
        Endpoint = Endpoint,
        Tls = Tls,
        ReadHeaderTimeout = ReadHeaderTimeout,
        IdleTimeout = IdleTimeout,
        KeepAlives = KeepAlivesEnabled,
        MaxConnections = MaxConnections,
        ResponseHeaders = ResponseHeaders,
        Handshakes = Tls is null ? null : new TlsHandshakes(context),
        Time = context.Time,
    };
}
