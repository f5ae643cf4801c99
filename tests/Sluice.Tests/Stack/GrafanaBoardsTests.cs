using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Testing;

namespace Sluice.Tests.Stack;

/// <summary>The form of what is in <c>config/grafana</c>; what it asks is asked in <c>Sluice.EndToEnd/Stack</c>.</summary>
public sealed partial class GrafanaBoardsTests
{
    private const int Columns = 24;
    private const string Folder = "config/grafana/dashboards";

    /// <summary>The kinds of panels that Grafana brings along, of those that the boards have.</summary>
    private static readonly string[] Kinds = ["bargauge", "gauge", "heatmap", "logs", "row", "stat", "state-timeline", "table", "timeseries"];

    private static readonly IReadOnlyDictionary<string, JsonObject> Boards = GoldenFile.Cases(Folder, ".json")
        .ToDictionary(name => name, name => JsonNode.Parse(File.ReadAllText(GoldenFile.PathOf($"{Folder}/{name}.json")))!.AsObject());

    private static readonly IReadOnlyDictionary<string, string> Sources = YamlFile.Read("config/grafana/provisioning/datasources/sluice.yaml").Find("datasources").Items()
        .ToDictionary(source => source.Find("uid").Text()!, source => source.Find("type").Text()!);

    public static TheoryData<string> Names => [.. Boards.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_board_is_named_as_its_file_and_found_by_its_tag(string name)
    {
        var board = Boards[name];

        Assert.Equal(name, (string?)board["uid"]);
        Assert.Null(board["id"]);
        Assert.NotEmpty((string?)board["title"] ?? "");
        Assert.NotEmpty((string?)board["description"] ?? "");
        Assert.Contains("sluice", board["tags"]!.AsArray().Select(tag => (string?)tag));
        Assert.Equal(39, (int?)board["schemaVersion"]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_are_whole_and_stay_in_the_grid_without_overlapping(string name)
    {
        var panels = Panels(name).ToList();
        Assert.Equal(panels.Count, panels.Select(panel => (int)panel["id"]!).Distinct().Count());
        Assert.All(panels, panel =>
        {
            Assert.Contains((string?)panel["type"], Kinds);
            Assert.NotEmpty((string?)panel["title"] ?? "");
            Assert.True((string?)panel["type"] == "row" || panel["targets"]!.AsArray().Count > 0, $"{panel["title"]} asks for nothing");
            var references = (panel["targets"]?.AsArray() ?? []).Select(target => (string?)target!["refId"]).ToList();
            Assert.Equal(references.Count, references.Distinct().Count());
        });
        var places = panels.Select(panel => panel["gridPos"]!).Select(grid => (X: (int)grid["x"]!, Y: (int)grid["y"]!, W: (int)grid["w"]!, H: (int)grid["h"]!)).ToList();
        Assert.All(places, place => Assert.InRange(place.X + place.W, 1, Columns));
        for (var i = 0; i < places.Count; i++)
        {
            Assert.DoesNotContain(places.Skip(i + 1), other =>
                places[i].X < other.X + other.W && other.X < places[i].X + places[i].W && places[i].Y < other.Y + other.H && other.Y < places[i].Y + places[i].H);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_data_source_that_is_asked_is_provisioned_and_every_variable_declared(string name)
    {
        foreach (var source in Below(Boards[name]).Where(node => node["type"] is not null && node["uid"] is not null && node.Count == 2).Where(node => (string?)node["type"] != "grafana"))
        {
            Assert.True(Sources.GetValueOrDefault((string)source["uid"]!) == (string?)source["type"], $"{source.ToJsonString()} is not provisioned");
        }

        var declared = Boards[name]["templating"]!["list"]!.AsArray().Select(variable => (string)variable!["name"]!).ToHashSet();
        foreach (var asked in Panels(name).SelectMany(panel => panel["targets"]?.AsArray() ?? []).Select(target => (string?)(target!["expr"] ?? target["query"]) ?? ""))
        {
            Assert.All(Variable().Matches(asked).Select(match => match.Groups[1].Value), variable => Assert.True(declared.Contains(variable) || variable == "__rate_interval", $"{asked} has ${variable}"));
        }
    }

    [Fact]
    public void A_trace_id_leads_to_the_board_of_its_trace_wherever_it_is_shown()
    {
        var sources = YamlFile.Read("config/grafana/provisioning/datasources/sluice.yaml").Find("datasources").Items().ToDictionary(source => source.Find("uid").Text()!);
        var links = sources["sluice-prometheus"].At("jsonData", "exemplarTraceIdDestinations").Items()
            .Concat(sources["sluice-logs"].At("jsonData", "dataLinks").Items())
            .Concat(sources["sluice-traces"].At("jsonData", "dataLinks").Items()).ToList();

        Assert.Equal(3, links.Count);
        Assert.All(links, link =>
        {
            Assert.Equal("trace_id", (link.Find("name") ?? link.Find("field")).Text());
            var url = BoardLink().Match(link.Find("url").Text()!);
            Assert.True(url.Success, link.ToString());
            var board = Boards[url.Groups["board"].Value];
            Assert.Contains(url.Groups["variable"].Value, board["templating"]!["list"]!.AsArray().Select(variable => (string?)variable!["name"]));
        });
    }

    /// <summary>What somebody types, such as one word OR another, must not take the rest of the question apart.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_typed_into_a_board_stays_a_part_of_its_own(string name)
    {
        var typed = Boards[name]["templating"]!["list"]!.AsArray().Where(variable => (string?)variable!["type"] == "textbox").Select(variable => (string)variable!["name"]!).ToList();
        var queries = Panels(name).SelectMany(panel => panel["targets"]?.AsArray() ?? []).Select(target => (string?)target!["query"] ?? "");

        Assert.All(queries, query => Assert.All(typed, variable =>
            Assert.DoesNotContain($"${variable}", query.Replace($"(${variable})", "", StringComparison.Ordinal).Replace($"\"${variable}\"", "", StringComparison.Ordinal), StringComparison.Ordinal)));
    }

    /// <summary>Instances have components of the same names, and what each of them says must not add up to a state that none of them is in.</summary>
    [Theory]
    [InlineData("healthy", "healthy", "healthy")]
    [InlineData("pending", "healthy", "pending")]
    [InlineData("degraded", "pending", "degraded")]
    [InlineData("degraded", "failed", "failed")]
    [InlineData("failed", "pending", "failed")]
    public async Task A_component_is_shown_in_the_worst_state_that_it_has_at_any_instance(string first, string second, string shown)
    {
        var panel = Panels("sluice-self").Single(panel => (string?)panel["type"] == "state-timeline");
        var value = panel["fieldConfig"]!["defaults"]!["mappings"]![0]!["options"]!.AsObject().Single(mapping => (string?)mapping.Value!["text"] == shown).Key;
        var series = ((string[])["pending", "healthy", "degraded", "failed"]).SelectMany(state => new[] { ("a", first), ("b", second) }.Select(instance =>
            new JsonObject
            {
                ["series"] = $"sluice_component_state{{instance=\"{instance.Item1}\",kind=\"exporter\",component=\"kafka\",state=\"{state}\"}}",
                ["values"] = instance.Item2 == state ? "1" : "0",
            }));
        var test = new JsonObject
        {
            ["tests"] = new JsonArray(new JsonObject
            {
                ["interval"] = "15s",
                ["input_series"] = new JsonArray([.. series]),
                ["promql_expr_test"] = new JsonArray(new JsonObject
                {
                    ["expr"] = ((string)panel["targets"]![0]!["expr"]!).Replace("$instance", ".*", StringComparison.Ordinal),
                    ["eval_time"] = "0s",
                    ["exp_samples"] = new JsonArray(new JsonObject { ["labels"] = "{kind=\"exporter\",component=\"kafka\"}", ["value"] = int.Parse(value, CultureInfo.InvariantCulture) }),
                }),
            }),
        };
        var folder = Directory.CreateTempSubdirectory("sluice-boards-");
        try
        {
            // JSON is YAML.
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "test.yml"), test.ToJsonString(), TestContext.Current.CancellationToken);
            await Promtool.RunAsync(folder.FullName, ["test", "rules", "test.yml"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Passwords_of_data_sources_are_variables_that_the_stack_sets()
    {
        var given = YamlFile.Read("docker-compose.yml").At("services", "grafana", "environment").Entries().Select(entry => entry.Key).ToHashSet();
        var passwords = YamlFile.Read("config/grafana/provisioning/datasources/sluice.yaml").Find("datasources").Items()
            .SelectMany(source => source.Find("secureJsonData").Entries()).Select(entry => entry.Value.Text()!).ToList();

        Assert.NotEmpty(passwords);
        Assert.All(passwords, password => Assert.True(password.StartsWith('$') && given.Contains(password[1..]), $"{password} is not set"));
    }

    [Fact]
    public void The_stack_mounts_the_boards_where_grafana_looks_for_them()
    {
        var path = YamlFile.Read("config/grafana/provisioning/dashboards/sluice.yaml").Find("providers").Items().Single().At("options", "path").Text();

        Assert.Contains($"./{Folder}:{path}:ro", YamlFile.Read("docker-compose.yml").At("services", "grafana", "volumes").Texts());
    }

    private static IEnumerable<JsonObject> Panels(string name) => Boards[name]["panels"]!.AsArray().Select(panel => panel!.AsObject());

    private static IEnumerable<JsonObject> Below(JsonNode? node) => node switch
    {
        JsonObject inner => inner.SelectMany(member => Below(member.Value)).Prepend(inner),
        JsonArray list => list.SelectMany(Below),
        _ => [],
    };

    [GeneratedRegex("\\$\\{?([a-z_]+)", RegexOptions.None, 5000)]
    private static partial Regex Variable();

    [GeneratedRegex("^/d/(?<board>[a-z-]+)/[a-z-]+\\?var-(?<variable>[a-z_]+)=\\$\\$\\{__value\\.raw\\}&", RegexOptions.None, 5000)]
    private static partial Regex BoardLink();
}
