using System.Text;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Configuration;

namespace Sluice.Components.Receivers.PrometheusReceiver.Targets;

/// <summary>What is scraped: an address, and the labels of its series.</summary>
/// <param name="Address">Where.</param>
/// <param name="Labels">The labels of its series, <c>job</c> and <c>instance</c> among them.</param>
/// <param name="Interval">How often.</param>
/// <param name="Timeout">How long a scrape may take.</param>
internal sealed record Target(Uri Address, IReadOnlyDictionary<string, string> Labels, TimeSpan Interval, TimeSpan Timeout)
{
    private const string IntervalLabel = "__scrape_interval__";
    private const string TimeoutLabel = "__scrape_timeout__";

    /// <summary>The same for targets that are scraped alike.</summary>
    public string Key { get; } = string.Join('\n', Labels.Select(label => $"{label.Key}={label.Value}").Prepend($"{Address} {Interval} {Timeout}"));

    /// <summary>For people.</summary>
    public string Name => $"{Labels["job"]}, {Address.GetLeftPart(UriPartial.Path)}";

    /// <summary>
    /// Makes a target of an address and its labels, as Prometheus does: the labels with two underscores before them say how it is scraped, may be
    /// changed by rules, and go.
    /// </summary>
    /// <returns>Null when a rule drops it.</returns>
    /// <exception cref="FormatException">What is left is no address.</exception>
    public static Target? Create(ScrapeOptions job, GlobalScrapeOptions global, IReadOnlyList<RelabelRule> rules, string address, IEnumerable<KeyValuePair<string, string>> own)
    {
        var interval = job.ScrapeInterval ?? global.ScrapeInterval;
        var timeout = job.ScrapeTimeout ?? global.ScrapeTimeout ?? TimeSpan.FromSeconds(10);
        var before = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in own)
        {
            before[name] = value;
        }

        before["__address__"] = address;
        before.TryAdd("__scheme__", job.Scheme == ScrapeScheme.Https ? "https" : "http");
        before.TryAdd("__metrics_path__", job.MetricsPath);
        before.TryAdd(IntervalLabel, PrometheusDuration.Format(interval));
        before.TryAdd(TimeoutLabel, PrometheusDuration.Format(timeout < interval ? timeout : interval));
        before.TryAdd("job", job.JobName);
        foreach (var (name, values) in job.Params.Where(param => param.Value.Count > 0))
        {
            before.TryAdd($"__param_{name}", values[0]);
        }

        if (Relabel(rules, before) is not { } labels || !labels.TryGetValue("__address__", out var host))
        {
            return null;
        }

        if (FindFault(host) is { } fault)
        {
            throw new FormatException($"the target \"{host}\" {fault}");
        }

        var query = new StringBuilder();
        foreach (var (name, value) in Parameters(job, labels))
        {
            query.Append(query.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        var text = $"{labels.GetValueOrDefault("__scheme__", "http")}://{host}{labels.GetValueOrDefault("__metrics_path__", "/metrics")}{query}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            throw new FormatException($"\"{text}\" is no address to scrape");
        }

        var pace = Pace(host, labels, interval, timeout);
        var kept = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in labels.Where(label => !label.Key.StartsWith("__", StringComparison.Ordinal) && label.Value.Length > 0))
        {
            kept[name] = value;
        }

        kept.TryAdd("instance", uri.IsDefaultPort && !host.Contains(':', StringComparison.Ordinal) ? $"{host}:{uri.Port}" : host);
        kept.TryAdd("job", job.JobName);
        return new Target(uri, kept, pace.Interval, pace.Timeout);
    }

    /// <summary>How often and how long a target is scraped: as its labels say, where they say something else than the job does.</summary>
    private static (TimeSpan Interval, TimeSpan Timeout) Pace(string host, SortedDictionary<string, string> labels, TimeSpan interval, TimeSpan timeout)
    {
        var own = Duration(host, labels, IntervalLabel, interval);
        var shorter = timeout < interval ? timeout : interval;
        var ownTimeout = Duration(host, labels, TimeoutLabel, shorter);
        return ownTimeout <= own ? (own, ownTimeout)
            : ownTimeout == shorter ? (own, own)
            : throw new FormatException($"the target \"{host}\" has a {TimeoutLabel} of {labels[TimeoutLabel]}, longer than its interval; make it shorter, or {IntervalLabel} longer");
    }

    private static TimeSpan Duration(string host, SortedDictionary<string, string> labels, string label, TimeSpan job)
    {
        if (!labels.TryGetValue(label, out var text) || text == PrometheusDuration.Format(job))
        {
            return job;
        }

        return PrometheusDuration.TryParse(text, out var duration) && duration > TimeSpan.Zero && duration.TotalSeconds <= OptionAttribute.LongestWait
            ? duration
            : throw new FormatException($"the target \"{host}\" has the {label} \"{text}\", which is no duration from 1ms to 744h; write one such as 15s");
    }

    private static SortedDictionary<string, string>? Relabel(IReadOnlyList<RelabelRule> rules, SortedDictionary<string, string> before)
    {
        var labels = new LabelSet();
        foreach (var (name, value) in before)
        {
            labels.Set(name, value);
        }

        return RelabelRule.Apply(rules, labels) ? new(labels.Texts.ToDictionary(), StringComparer.Ordinal) : null;
    }

    /// <summary>What is wrong with a host and a port that are to be scraped; null when nothing is.</summary>
    public static string? FindFault(string address) =>
        address.AsSpan().ContainsAny("/?#@ ") || address.Length == 0 ? "is not a host with a port"
        : !Uri.TryCreate($"http://{address}/", UriKind.Absolute, out var uri) || uri.Host.Length == 0 ? "is not a host with a port from 1 to 65535"
        : uri.Port == 0 ? "has the port 0" : null;

    private static IEnumerable<(string Name, string Value)> Parameters(ScrapeOptions job, SortedDictionary<string, string> labels)
    {
        const string Prefix = "__param_";
        foreach (var (label, value) in labels.Where(label => label.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            yield return (label[Prefix.Length..], value);
        }

        foreach (var (name, values) in job.Params)
        {
            foreach (var value in values.Skip(1))
            {
                yield return (name, value);
            }
        }
    }
}
