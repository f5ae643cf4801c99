using Sluice.Testing;
using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Stack.Helm;

/// <summary>The rules that the chart has for the Prometheus operator: those of <c>config/prometheus</c>, and nothing else.</summary>
public sealed class HelmChartRulesTests
{
    private const string Source = "config/prometheus/rules";
    private const string Carried = $"{HelmChart.Folder}/rules";

    public static TheoryData<string> Files => [.. FilesOf(Source)];

    /// <summary>A chart may only have files of its own folder: it carries a copy, which this test writes when golden files are updated.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void The_chart_carries_each_file_of_rules_as_it_is(string file) => GoldenFile.Check($"{Carried}/{file}", File.ReadAllText(GoldenFile.PathOf($"{Source}/{file}")));

    [Fact]
    public void The_chart_carries_no_rules_of_its_own() => Assert.Equal(FilesOf(Source), FilesOf(Carried));

    [Fact]
    public void There_are_no_rules_until_they_are_asked_for() =>
        Assert.DoesNotContain(HelmChart.Render(), manifest => manifest.Find("kind").Text() == "PrometheusRule");

    [Fact]
    public void What_the_operator_gets_are_all_groups_word_for_word_under_the_labels_that_it_looks_for()
    {
        var rendered = Render();

        Assert.Equal("kube-prometheus", rendered.At("metadata", "labels", "release").Text());
        var expected = FilesOf(Source).SelectMany(file => YamlFile.Read($"{Source}/{file}").Find("groups").Items()).ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(Canonical), rendered.At("spec", "groups").Items().Select(Canonical));

        // Groups are known by their names, and within one object there may be only one of each.
        Assert.Equal(expected.Count, expected.Select(group => group.Find("name").Text()).Distinct().Count());
    }

    [Fact]
    public async Task Prometheus_takes_what_the_operator_gives_it()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-rules-");
        try
        {
            // The operator writes the spec into a file as it is.
            using (var file = File.CreateText(Path.Combine(folder.FullName, "rendered.yml")))
            {
                new YamlStream(new YamlDocument(Render().Find("spec")!)).Save(file, assignAnchors: false);
            }

            await Promtool.RunAsync(folder.FullName, ["check", "rules", "--lint=all", "--lint-fatal", "rendered.yml"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static YamlMappingNode Render() => HelmChart.Render("prometheusRule: {enabled: true, labels: {release: kube-prometheus}}")
        .Single(manifest => manifest.Find("kind").Text() == "PrometheusRule");

    /// <summary>A tree as text whatever the order of its keys and the style of its scalars.</summary>
    private static string Canonical(YamlNode node) => node switch
    {
        YamlMappingNode => $"{{{string.Join(", ", node.Entries().OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: {Canonical(entry.Value)}"))}}}",
        YamlSequenceNode list => $"[{string.Join(", ", list.Select(Canonical))}]",
        _ => $"'{node.Text()}'",
    };

    private static IReadOnlyList<string> FilesOf(string folder) =>
        [.. Directory.EnumerateFiles(GoldenFile.PathOf(folder)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
