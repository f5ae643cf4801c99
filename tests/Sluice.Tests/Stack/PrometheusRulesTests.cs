using System.Text.RegularExpressions;
using Sluice.Testing;

namespace Sluice.Tests.Stack;

/// <summary><c>config/prometheus</c>, asked of Prometheus' own tool, and held against the metrics that there are.</summary>
public sealed partial class PrometheusRulesTests
{
    private const string Folder = "config/prometheus";

    [Fact]
    public async Task The_configuration_and_the_rules_are_valid()
    {
        await RunAsync(["check", "config", "prometheus.yml"]);
        await RunAsync(["check", "rules", "--lint=all", "--lint-fatal", .. Files("rules")]);
    }

    [Fact]
    public async Task Rules_and_alerts_say_what_their_tests_expect() => await RunAsync(["test", "rules", .. Files("tests")]);

    [Fact]
    public void Every_alert_has_a_test_a_severity_and_says_what_to_do()
    {
        var tested = Files("tests").SelectMany(file => AlertName().Matches(File.ReadAllText(GoldenFile.PathOf($"{Folder}/{file}")))).Select(match => match.Groups[1].Value).ToHashSet();
        var alerts = Rules().Where(rule => rule.Find("alert") is not null).ToList();

        Assert.NotEmpty(alerts);
        Assert.Equal(alerts.Select(alert => alert.Find("alert").Text()).Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
        Assert.All(alerts, alert =>
        {
            Assert.True(alert.At("labels", "severity").Text() is "page" or "ticket", alert.ToString());
            Assert.EndsWith(".", alert.At("annotations", "description").Text(), StringComparison.Ordinal);
            Assert.NotEmpty(alert.At("annotations", "summary").Text()!);
        });
    }

    [Fact]
    public void Every_alert_leads_to_a_section_that_says_what_to_do_and_no_section_is_left_over()
    {
        var sections = Section().Matches(File.ReadAllText(GoldenFile.PathOf("docs/alerts.md"))).Select(match => (Alert: match.Groups[1].Value, Severity: match.Groups[2].Value)).ToList();
        var alerts = Rules().Where(rule => rule.Find("alert") is not null).ToList();

        Assert.Equal(
            alerts.Select(alert => (alert.Find("alert").Text()!, alert.At("labels", "severity").Text() == "page" ? "Page" : "Ticket")).Order(),
            sections.Order());
        Assert.All(alerts, alert => Assert.Equal("docs/alerts.md#" + alert.Find("alert").Text()!.ToLowerInvariant(), alert.At("annotations", "runbook").Text()));
    }

    [Fact]
    public void Every_metric_of_sluice_that_is_named_is_one_that_it_has()
    {
        var documented = DocumentedMetric().Matches(File.ReadAllText(GoldenFile.PathOf("docs/metrics.md"))).Select(match => match.Groups[1].Value).ToHashSet();
        var named = Rules().SelectMany(rule => MetricOfSluice().Matches(rule.Find("expr").Text()!)).Select(match => match.Value).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.All(named, metric => Assert.Contains(metric, documented));
    }

    [Fact]
    public void Every_metric_of_sluice_that_boards_and_documents_name_is_one_that_it_has()
    {
        var documented = DocumentedMetric().Matches(File.ReadAllText(GoldenFile.PathOf("docs/metrics.md"))).Select(match => match.Groups[1].Value).ToHashSet();
        var files = ((string[])["docs", "src", "config/kubernetes"]).SelectMany(folder => Directory.EnumerateFiles(GoldenFile.PathOf(folder), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(GoldenFile.PathOf("config/grafana/dashboards"))).Append(GoldenFile.PathOf("README.md"))
            .Where(file => Path.GetFileName(file) != "metrics.md").ToList();
        var named = files.SelectMany(file => MetricOfSluice().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), Metric: PartOfHistogram().Replace(match.Value, "")))).Distinct().ToList();

        Assert.Contains(named, name => name.File == "scaling.md");

        // What Kafka's cursors are kept in is a topic.
        Assert.All(named.Where(name => name.Metric != "sluice_cursors"), name => Assert.True(documented.Contains(name.Metric), $"{name.File} names {name.Metric}"));
    }

    [Fact]
    public void What_is_recorded_is_recorded_once()
    {
        var records = Rules().Select(rule => rule.Find("record").Text()).OfType<string>().ToList();

        Assert.Equal(records.Count, records.Distinct().Count());
        Assert.All(records, record => Assert.Matches("^[a-z]+:[a-z_]+:[a-z0-9_]+$", record));
    }

    private static IEnumerable<YamlDotNet.RepresentationModel.YamlNode> Rules() =>
        Files("rules").SelectMany(file => YamlFile.Read($"{Folder}/{file}").Find("groups").Items()).SelectMany(group => group.Find("rules").Items());

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(GoldenFile.PathOf($"{Folder}/{folder}"), "*.yml").Select(file => $"{folder}/{Path.GetFileName(file)}").Order(StringComparer.Ordinal);

    private static Task RunAsync(IEnumerable<string> arguments) => Promtool.RunAsync(GoldenFile.PathOf(Folder), arguments);

    [GeneratedRegex("^### ([A-Za-z]+)\n\n\\*(Page|Ticket)\\.\\*", RegexOptions.Multiline, 5000)]
    private static partial Regex Section();

    [GeneratedRegex("alertname: ([A-Za-z]+)", RegexOptions.None, 5000)]
    private static partial Regex AlertName();

    [GeneratedRegex("^\\| `(sluice_[a-z_]+)`", RegexOptions.Multiline, 5000)]
    private static partial Regex DocumentedMetric();

    [GeneratedRegex("(?<=_(seconds|bytes|groups))_(bucket|sum|count)$", RegexOptions.None, 5000)]
    private static partial Regex PartOfHistogram();

    [GeneratedRegex("\\bsluice_[a-z_]+", RegexOptions.None, 5000)]
    private static partial Regex MetricOfSluice();
}
