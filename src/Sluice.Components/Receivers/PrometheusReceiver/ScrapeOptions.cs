using Sluice.Components.Receivers.PrometheusReceiver.Targets;
using Sluice.Configuration;

namespace Sluice.Components.Receivers.PrometheusReceiver;

/// <summary>A job of <c>scrape_configs</c>.</summary>
[IgnoredOption("enable_compression", "answers may always be compressed with gzip")]
[IgnoredOption("scrape_protocols", "OpenMetrics and the text format are asked for; what comes is read by its content type")]
[IgnoredOption("scrape_classic_histograms", "native histograms, which only the protobuf format has, are not asked for")]
[IgnoredOption("scrape_native_histograms", "native histograms, which only the protobuf format has, are not asked for")]
[IgnoredOption("always_scrape_classic_histograms", "classic histograms are always scraped")]
[IgnoredOption("convert_classic_histograms_to_nhcb", "histograms keep their buckets, as OTLP has them")]
[IgnoredOption("native_histogram_bucket_limit", "native histograms are not asked for")]
[IgnoredOption("native_histogram_min_bucket_factor", "native histograms are not asked for")]
[IgnoredOption("fallback_scrape_protocol", "what does not say that it is OpenMetrics is read as the text format")]
[IgnoredOption("metric_name_validation_scheme", "names may have any characters")]
[IgnoredOption("metric_name_escaping_scheme", "names are taken as targets give them")]
[IgnoredOption("keep_dropped_targets", "targets that rules drop are not listed")]
[IgnoredOption("proxy_from_environment", "without proxy_url the proxy is the one that http_proxy, https_proxy and no_proxy name")]
[IgnoredOption("track_timestamps_staleness", "only samples without a time of their own are marked as stale")]
[IgnoredOption("enable_http2", "HTTP/2 is offered to servers of TLS")]
[IgnoredOption("follow_redirects", "redirects are not followed: give the address that they lead to")]
[UnsupportedOption("oauth2", "let authorization::credentials_file name a file that something renews")]
[UnsupportedOption("bearer_token", "write authorization: {credentials: …}")]
[UnsupportedOption("bearer_token_file", "write authorization: {credentials_file: …}")]
[UnsupportedOption("no_proxy", "leave proxy_url out, and set https_proxy and no_proxy in the environment")]
[UnsupportedOption("proxy_connect_header", "put the name and password of the proxy into proxy_url")]
[UnsupportedOption("http_headers", "basic_auth and authorization set the header Authorization; let a proxy add others")]
[UnsupportedOption("scrape_failure_log_file", "the log says why a target cannot be scraped")]
[UnsupportedOption("dns_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("http_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("kubernetes_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("consul_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("ec2_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("azure_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("gce_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("docker_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("dockerswarm_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("digitalocean_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("eureka_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("hetzner_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("ionos_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("kuma_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("lightsail_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("linode_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("marathon_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("nerve_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("nomad_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("openstack_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("ovhcloud_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("puppetdb_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("scaleway_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("serverset_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("stackit_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("triton_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("uyuni_sd_configs", "let something write them into files for file_sd_configs")]
[UnsupportedOption("vultr_sd_configs", "let something write them into files for file_sd_configs")]
public sealed record ScrapeOptions : IValidatableOptions
{
    /// <summary>The job.</summary>
    [Option("The name of the job: the label job, and service.name.", Required = true)]
    public string JobName { get; init; } = "";

    /// <summary>How often; null for the global interval.</summary>
    [Option("How often its targets are scraped; absent: as global says.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan? ScrapeInterval { get; init; }

    /// <summary>How long; null for the global time.</summary>
    [Option("How long a scrape may take; absent: as global says, or the interval where that is shorter.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan? ScrapeTimeout { get; init; }

    /// <summary>The path.</summary>
    [Option("The path that is scraped.")]
    public string MetricsPath { get; init; } = "/metrics";

    /// <summary>The scheme.</summary>
    [Option("http or https.")]
    public ScrapeScheme Scheme { get; init; }

    /// <summary>The query.</summary>
    [Option("Parameters of the address, each with its values.")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Params { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Whether labels that are scraped hold before those of the target.</summary>
    [Option("Whether labels that are scraped hold before those of the target; otherwise they are called exported_….")]
    public bool HonorLabels { get; init; }

    /// <summary>Whether times that are scraped hold.</summary>
    [Option("Whether the times that samples have hold; otherwise theirs is that of the scrape.")]
    public bool HonorTimestamps { get; init; } = true;

    /// <summary>Targets that are listed.</summary>
    [Option("Targets that are listed here.")]
    public IReadOnlyList<TargetGroupOptions> StaticConfigs { get; init; } = [];

    /// <summary>Targets in files.</summary>
    [Option("Targets that are listed in files, which are read again and again.")]
    public IReadOnlyList<FileDiscoveryOptions> FileSdConfigs { get; init; } = [];

    /// <summary>What becomes of the labels of targets.</summary>
    [Option("What becomes of the labels of targets before they are scraped.")]
    public IReadOnlyList<RelabelOptions> RelabelConfigs { get; init; } = [];

    /// <summary>What becomes of the labels of samples.</summary>
    [Option("What becomes of the labels of samples; __name__ is the name.")]
    public IReadOnlyList<RelabelOptions> MetricRelabelConfigs { get; init; } = [];

    /// <summary>Name and password.</summary>
    [Option("Name and password that are sent along.")]
    public ScrapeBasicAuthOptions? BasicAuth { get; init; }

    /// <summary>Other credentials.</summary>
    [Option("Credentials that are sent along in the header Authorization.")]
    public ScrapeAuthorizationOptions? Authorization { get; init; }

    /// <summary>TLS.</summary>
    [Option("How TLS is spoken to targets of https.")]
    public ScrapeTlsOptions TlsConfig { get; init; } = new();

    /// <summary>The proxy.</summary>
    [Option("The proxy to go through, such as http://proxy:3128; absent for the one that http_proxy, https_proxy and no_proxy name.")]
    public Secret? ProxyUrl { get; init; }

    /// <summary>Samples of one scrape; zero for no limit.</summary>
    [Option("Samples that a scrape may have after relabelling; one with more counts as failed. 0 for no limit.", Unit = "samples", Min = 0)]
    public int SampleLimit { get; init; }

    /// <summary>Labels of a series; zero for no limit.</summary>
    [Option("Labels that a series may have after relabelling, its name among them; a scrape with more counts as failed. 0 for no limit.", Unit = "labels", Min = 0)]
    public int LabelLimit { get; init; }

    /// <summary>Length of the names of labels; zero for no limit.</summary>
    [Option("Bytes that the name of a label may have; a scrape with a longer one counts as failed. 0 for no limit.", Unit = "bytes", Min = 0)]
    public int LabelNameLengthLimit { get; init; }

    /// <summary>Length of the values of labels; zero for no limit.</summary>
    [Option("Bytes that the value of a label may have, a name of a metric too; a scrape with a longer one counts as failed. 0 for no limit.", Unit = "bytes", Min = 0)]
    public int LabelValueLengthLimit { get; init; }

    /// <summary>Targets of the job; zero for no limit.</summary>
    [Option("Targets that the job may have after relabelling; with more, every scrape counts as failed. 0 for no limit.", Unit = "targets", Min = 0)]
    public int TargetLimit { get; init; }

    /// <summary>Bytes of one scrape.</summary>
    [Option("Bytes that an answer may have, inflated; a longer one counts as failed.", Min = 1)]
    public ByteSize BodySizeLimit { get; init; } = new(64 << 20);

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (JobName.Length == 0)
        {
            context.Error("job_name", "is empty", "give the job a name: its series have it as the label job");
        }

        if (!MetricsPath.StartsWith('/'))
        {
            context.Error("metrics_path", $"\"{MetricsPath}\" is no path", "write one such as /metrics");
        }

        if (BasicAuth is not null && Authorization is not null)
        {
            context.Error("authorization", "stands beside basic_auth, and a request has one of them", "remove one");
        }

        if (ScrapeTimeout is { } timeout && ScrapeInterval is { } interval && timeout > interval)
        {
            context.Error("scrape_timeout", "is longer than scrape_interval", "make it shorter, or the interval longer");
        }

        if (StaticConfigs.Count == 0 && FileSdConfigs.Count == 0)
        {
            context.Error("static_configs", "there are no targets", "write static_configs: [{targets: [\"host:port\"]}], or file_sd_configs");
        }

        foreach (var (group, place) in StaticConfigs.Select((group, place) => (group, place)))
        {
            if (group.Targets.Count == 0)
            {
                context.Error("static_configs", $"the group {place + 1} has no targets", "write {targets: [\"host:port\"]}, or leave the group out");
            }

            // Rules may make anything an address, such as the parameter of a prober.
            foreach (var target in group.Targets.Where(target => RelabelConfigs.Count == 0 && Target.FindFault(target) is not null))
            {
                context.Error("static_configs", $"the target \"{target}\" {Target.FindFault(target)}", "write host:port; scheme and metrics_path say the rest of the address");
            }
        }

        if (ProxyUrl is { } proxy && !(Uri.TryCreate(proxy.Reveal(), UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0))
        {
            context.Error("proxy_url", "is not the address of a proxy", "write http://host:port, with name:password@ before the host where it asks for them");
        }
    }
}

/// <summary>How targets are spoken to.</summary>
public enum ScrapeScheme
{
    /// <summary>In the clear.</summary>
    Http,

    /// <summary>With TLS.</summary>
    Https,
}

/// <summary>Targets with labels in common.</summary>
public sealed record TargetGroupOptions : IValidatableOptions
{
    /// <summary>Host and port of each.</summary>
    [Option("Host and port of each target.")]
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Their labels.</summary>
    [Option("Labels of their series.")]
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        foreach (var name in Labels.Keys.Where(name => name.Length == 0 || name == "__name__"))
        {
            context.Error("labels", name.Length == 0 ? "a label has no name" : "a target cannot name the metrics that it exposes", name.Length == 0 ? "name it" : "remove __name__");
        }
    }
}

/// <summary>Files with targets.</summary>
public sealed record FileDiscoveryOptions : IValidatableOptions
{
    /// <summary>The files.</summary>
    [Option("Files of JSON or YAML with lists of {targets, labels}; the last part of a path may have * in it.", Required = true)]
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>How often they are read.</summary>
    [Option("How often they are read.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Files.Count == 0)
        {
            context.Error("files", "names no file", "name one, such as targets/*.json");
        }

        foreach (var file in Files.Where(file => Path.GetExtension(file) is not (".json" or ".yml" or ".yaml")))
        {
            context.Error("files", $"\"{file}\" does not say what it is", "let it end with .json, .yml or .yaml");
        }

        foreach (var file in Files.Where(file => file.IndexOf('*', StringComparison.Ordinal) is var star and >= 0 && file.IndexOf('/', star) >= 0))
        {
            context.Error("files", $"\"{file}\" has * in the name of a directory", "have * in the last part of the path alone, and list the directories");
        }
    }
}
