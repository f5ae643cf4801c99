using Sluice.Configuration;

namespace Sluice.Components.Receivers.PrometheusReceiver;

/// <summary>Options of the <c>prometheus</c> receiver.</summary>
[IgnoredOption("report_extra_scrape_metrics", "the series about a scrape are those of Prometheus without that feature")]
[UnsupportedOption("use_start_time_metric", "points count since their _created says, else since the first scrape")]
[UnsupportedOption("start_time_metric_regex", "points count since their _created says, else since the first scrape")]
[UnsupportedOption("target_allocator", "list the targets in static_configs, or let something write them into files for file_sd_configs")]
[UnsupportedOption("api_server", "ask Sluice's own API")]
public sealed record PrometheusReceiverOptions : IValidatableOptions
{
    /// <summary>What is scraped.</summary>
    [Option("What is scraped, as Prometheus' own configuration says it. A dollar sign is written twice.", Required = true)]
    public PrometheusConfigOptions Config { get; init; } = new();

    /// <summary>Whether suffixes are taken off names.</summary>
    [Option("Whether _total and the unit are taken off the ends of names.")]
    public bool TrimMetricSuffixes { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Config.ScrapeConfigs.Count == 0)
        {
            context.Error("config::scrape_configs", "names nothing to scrape", "add a job: {job_name: …, static_configs: [{targets: [\"host:port\"]}]}");
        }

        var global = Config.Global;
        if (global.ScrapeTimeout > global.ScrapeInterval)
        {
            context.Error("config::global::scrape_timeout", "is longer than scrape_interval", "make it shorter, or the interval longer");
        }

        foreach (var job in Config.ScrapeConfigs.Where(job => job.ScrapeInterval is null && job.ScrapeTimeout > global.ScrapeInterval))
        {
            context.Error("config::scrape_configs", $"the scrape_timeout of the job \"{job.JobName}\" is longer than the scrape_interval of global", "make it shorter, or give the job a longer scrape_interval");
        }

        foreach (var twice in Config.ScrapeConfigs.GroupBy(job => job.JobName, StringComparer.Ordinal).Where(jobs => jobs.Count() > 1))
        {
            context.Error("config::scrape_configs", $"there are {twice.Count()} jobs with the name \"{twice.Key}\"", "give every job a name of its own");
        }
    }
}

/// <summary><c>config</c>: what of Prometheus' configuration is about scraping.</summary>
[UnsupportedOption("rule_files", "let Prometheus evaluate rules")]
[UnsupportedOption("alerting", "let Prometheus evaluate rules")]
[UnsupportedOption("remote_write", "use the prometheusremotewrite exporter")]
[UnsupportedOption("remote_read", "there is nothing to query here")]
[UnsupportedOption("scrape_config_files", "write the jobs under scrape_configs; ${file:jobs.yaml} there reads a list of them from a file, and as an item of the list a single one")]
[UnsupportedOption("otlp", "use the otlp receiver")]
public sealed record PrometheusConfigOptions
{
    /// <summary><c>global</c>.</summary>
    [Option("What holds for all jobs that do not say otherwise.")]
    public GlobalScrapeOptions Global { get; init; } = new();

    /// <summary>The jobs.</summary>
    [Option("The jobs.")]
    public IReadOnlyList<ScrapeOptions> ScrapeConfigs { get; init; } = [];
}

/// <summary><c>global</c>.</summary>
[IgnoredOption("evaluation_interval", "there are no rules here")]
[IgnoredOption("query_log_file", "there are no queries here")]
[IgnoredOption("scrape_protocols", "OpenMetrics and the text format are asked for; what comes is read by its content type")]
[IgnoredOption("scrape_native_histograms", "native histograms, which only the protobuf format has, are not asked for")]
[IgnoredOption("always_scrape_classic_histograms", "classic histograms are always scraped")]
[IgnoredOption("convert_classic_histograms_to_nhcb", "histograms keep their buckets, as OTLP has them")]
[IgnoredOption("metric_name_validation_scheme", "names may have any characters")]
[IgnoredOption("metric_name_escaping_scheme", "names are taken as targets give them")]
[IgnoredOption("keep_dropped_targets", "targets that rules drop are not listed")]
[IgnoredOption("rule_query_offset", "there are no rules here")]
[UnsupportedOption("scrape_failure_log_file", "the log says why a target cannot be scraped")]
[UnsupportedOption("body_size_limit", "set it in the jobs")]
[UnsupportedOption("sample_limit", "set it in the jobs")]
[UnsupportedOption("target_limit", "set it in the jobs")]
[UnsupportedOption("label_limit", "set it in the jobs")]
[UnsupportedOption("label_name_length_limit", "set it in the jobs")]
[UnsupportedOption("label_value_length_limit", "set it in the jobs")]
[UnsupportedOption("external_labels", "let the resource processor add them, or external_labels of the prometheusremotewrite exporter")]
public sealed record GlobalScrapeOptions
{
    /// <summary>How often.</summary>
    [Option("How often targets are scraped.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan ScrapeInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one may take.</summary>
    [Option("How long a scrape may take; absent: 10s, or the interval where that is shorter.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan? ScrapeTimeout { get; init; }
}
