using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Expositions;
using Sluice.Testing.Sinks;

namespace Sluice.EndToEnd.Prometheus;

/// <summary>
/// The published cases of both formats, scraped by Sluice and by a real Prometheus: both take the same pages, and of those that are right they have the
/// same series with the same values.
/// </summary>
public sealed class PrometheusConformanceTests
{
    private static readonly ExpositionCase[] Cases = [.. OpenMetricsCases.All, .. TextFormatCases.All];

    [Fact]
    public async Task Sluice_takes_and_refuses_what_Prometheus_does_and_has_the_same_series()
    {
        PrometheusServer.SkipUnlessInstalled();
        await using var target = await MetricsTarget.StartAsync();
        for (var i = 0; i < Cases.Length; i++)
        {
            target.Expose(Cases[i].Page, PathOf(i), Cases[i].IsOpenMetrics ? MetricsTarget.OpenMetrics : MetricsTarget.Text);
        }

        var targets = JsonSerializer.Serialize(Cases.Select((_, i) => new
        {
            targets = new[] { target.Address },
            labels = new Dictionary<string, string> { ["__metrics_path__"] = PathOf(i), ["case"] = NumberOf(i) },
        }));
        await using var prometheus = await PrometheusServer.StartAsync(
            """
            global: {scrape_interval: 5s, scrape_timeout: 5s}
            scrape_configs:
              - {job_name: theirs, honor_timestamps: false, file_sd_configs: [{files: [targets.json]}]}
            """,
            [],
            files: new Dictionary<string, string> { ["targets.json"] = targets });
        await using var sluice = await Instance.StartAsync(
            $$"""
            receivers:
              prometheus:
                config:
                  scrape_configs:
                    - {job_name: ours, scrape_interval: 5s, scrape_timeout: 5s, honor_timestamps: false, file_sd_configs: [{files: [targets.json], refresh_interval: 100ms}]}
            exporters:
              prometheusremotewrite: {endpoint: "http://{{prometheus.Address}}/api/v1/write", add_metric_suffixes: false, retry_on_failure: {max_interval: 100ms} }
            service:
              pipelines:
                metrics: {receivers: [prometheus], exporters: [prometheusremotewrite]}
            """);
        await File.WriteAllTextAsync(sluice.PathOf("targets.new"), targets);
        File.Move(sluice.PathOf("targets.new"), sluice.PathOf("targets.json"));

        await ExpectTakenAsync(prometheus, "theirs", one => one.Verdict != ExpositionVerdict.Wrong && !one.IsRefusedByPrometheus242);
        await ExpectTakenAsync(prometheus, "ours", one => one.Verdict != ExpositionVerdict.Wrong);

        var right = Enumerable.Range(0, Cases.Length).Where(i => Cases[i].Verdict == ExpositionVerdict.Right && !Cases[i].IsRefusedByPrometheus242).Select(NumberOf).ToHashSet();
        (HashSet<string> Theirs, HashSet<string> Ours) found = ([], []);
        await Eventually.TrueAsync(
            async () => (found = (await SeriesAsync(prometheus, "theirs", right), await SeriesAsync(prometheus, "ours", right))).Ours.SetEquals(found.Theirs),
            () => $"the same series; missing: {string.Join(" | ", found.Theirs.Except(found.Ours))}; more: {string.Join(" | ", found.Ours.Except(found.Theirs))}");
        Assert.InRange(found.Ours.Count, 80, int.MaxValue);
    }

    /// <summary>Every case was scraped, and those that should be were taken: once is enough, since a scrape may also be late on a busy machine.</summary>
    private static async Task ExpectTakenAsync(PrometheusServer prometheus, string job, Func<ExpositionCase, bool> isTaken)
    {
        Dictionary<string, string> found = [];
        var expected = Cases.Select((one, i) => $"{one} {NumberOf(i)}: {(isTaken(one) ? 1 : 0)}").ToHashSet();
        HashSet<string> seen = [];
        await Eventually.TrueAsync(
            async () =>
            {
                found = (await prometheus.QueryAsync($"max_over_time(up{{job=\"{job}\"}}[10m])")).ToDictionary(one => one.Labels["case"]!.ToString(), one => one.Value);
                seen = [.. Cases.Select((one, i) => $"{one} {NumberOf(i)}: {found.GetValueOrDefault(NumberOf(i))}")];
                return seen.SetEquals(expected);
            },
            () => $"the cases are taken in the job {job}, or not: {string.Join(" | ", expected.Except(seen))}");
    }

    private static async Task<HashSet<string>> SeriesAsync(PrometheusServer prometheus, string job, HashSet<string> cases) =>
    [
        .. (await prometheus.QueryAsync($"{{job=\"{job}\",case!=\"\",__name__!~\"up|scrape_.*|target_info|.*_created\"}}"))
            .Where(one => cases.Contains(one.Labels["case"]!.ToString())).Select(Text),
    ];

    /// <summary>A series without what its job says; bounds are numbers, however they are written.</summary>
    private static string Text((JsonObject Labels, string Value) series)
    {
        var labels = series.Labels.Where(label => label.Key is not ("__name__" or "job" or "instance" or "case") && !label.Key.StartsWith("otel_scope_", StringComparison.Ordinal))
            .Select(label => $"{label.Key}={(label.Key is "le" or "quantile" && double.TryParse(label.Value!.ToString(), CultureInfo.InvariantCulture, out var bound) ? bound.ToString("R", CultureInfo.InvariantCulture) : label.Value)}");
        return $"{Cases[int.Parse(series.Labels["case"]!.ToString(), CultureInfo.InvariantCulture)]}: {series.Labels["__name__"]}{{{string.Join(',', labels.Order(StringComparer.Ordinal))}}} {series.Value}";
    }

    private static string PathOf(int index) => $"/case/{NumberOf(index)}";

    private static string NumberOf(int index) => index.ToString(CultureInfo.InvariantCulture);
}
