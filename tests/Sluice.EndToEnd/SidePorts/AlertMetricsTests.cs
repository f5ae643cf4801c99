using System.Text.RegularExpressions;
using Sluice.EndToEnd.Support;
using Sluice.Testing;

namespace Sluice.EndToEnd.SidePorts;

/// <summary>What alerts take the increase of is there before the first event: a series that begins with one has not increased.</summary>
public sealed partial class AlertMetricsTests
{
    /// <summary>The labels that alerts choose by or tell apart.</summary>
    private static readonly (string Metric, string Label, string[] Values)[] Apart =
    [
        ("sluice_prometheus_left_out_points_total", "reason", ["conflicting_type", "duplicate", "out_of_order", "series_limit", "malformed", "name_collision"]),
        ("sluice_remote_write_left_out_points_total", "reason", ["conflicting", "out_of_order", "too_far_ahead"]),
        ("sluice_prometheus_receiver_scrapes_total", "outcome", ["success", "failure"]),
        ("sluice_exporter_settled_records_total", "outcome", ["delivered", "duplicate", "rejected", "dead_lettered", "corrupt"]),
    ];

    [Fact]
    public async Task Every_counter_that_an_alert_takes_the_increase_of_begins_with_zero()
    {
        await using var sluice = await Instance.StartAsync(
            """
            receivers:
              prometheus:
                config: {scrape_configs: [{job_name: nobody, file_sd_configs: [{files: ["targets/*.json"]}]}]}
            exporters:
              prometheus: {endpoint: "127.0.0.1:0"}
              prometheusremotewrite: {endpoint: "http://127.0.0.1:1/api/v1/write"}
            service:
              journal: {type: disk}
              pipelines:
                metrics: {receivers: [otlp, prometheus], exporters: [prometheus, prometheusremotewrite]}
            """);
        var rules = await File.ReadAllTextAsync(GoldenFile.PathOf("config/prometheus/rules/sluice.yml"));
        var counters = Alert().Matches(rules).SelectMany(alert => Increase().Matches(alert.Groups["expr"].Value)).ToArray();
        Assert.Contains(counters, counter => counter.Groups["name"].Value == "sluice_remote_write_left_out_points_total");

        // What a selector chooses by has all its values above.
        Assert.All(counters, counter => Assert.True(
            !counter.Groups["label"].Success || Apart.Any(apart => (apart.Metric, apart.Label) == (counter.Groups["name"].Value, counter.Groups["label"].Value)), counter.Value));

        string[] wanted =
        [
            .. counters.Select(counter => $"{counter.Groups["name"].Value}(\\{{.*\\}})? 0"),
            .. Apart.SelectMany(apart => apart.Values.Select(value => $"{apart.Metric}\\{{.*{apart.Label}=\"{value}\".*\\}} 0")),
        ];
        string[] missing = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var page = await sluice.GetAsync("metrics", "/metrics");
                missing = [.. wanted.Where(sample => !Regex.IsMatch(page, $"^{sample}$", RegexOptions.Multiline))];
                return missing.Length == 0;
            },
            () => $"all are there with 0; missing: {string.Join(", ", missing)}");
    }

    [GeneratedRegex("- alert: .*\n *expr: (?<expr>.*)", RegexOptions.None, 5000)]
    private static partial Regex Alert();

    [GeneratedRegex("""(increase|rate)\((?<name>[a-z_]+)(\{(?<label>[a-z_]+)[^}]*\})?\[""", RegexOptions.None, 5000)]
    private static partial Regex Increase();
}
