using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders.Elasticsearch;
using Sluice.Testing;

namespace Sluice.Tests.Setup;

/// <summary><c>config/kibana/sluice.ndjson</c>: the form that Kibana imports, and queries that find what they are for.</summary>
public sealed partial class KibanaObjectsTests
{
    private static readonly List<JsonObject> Objects =
        [.. File.ReadLines(GoldenFile.PathOf("config/kibana/sluice.ndjson")).Select(line => JsonNode.Parse(line)!.AsObject())];

    public static MatrixTheoryData<string, DocumentMapping> VersionsAndModes => new(SetupRun.Versions, [DocumentMapping.Otel, DocumentMapping.Ecs]);

    [Fact]
    public void Every_object_has_what_an_import_asks_for()
    {
        Assert.All(Objects, item => Assert.Equal(
            ["id", "type", "attributes", "references", "coreMigrationVersion", "typeMigrationVersion", "managed"], item.Select(member => member.Key)));
        Assert.Equal(Objects.Count, Objects.Select(item => $"{item["type"]}:{item["id"]}").Distinct().Count());
        Assert.Equal(["dashboard", "index-pattern", "search", "visualization"], Objects.Select(item => (string)item["type"]!).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_reference_leads_to_an_object_of_the_file_and_every_name_to_a_reference()
    {
        var known = Objects.Select(item => $"{item["type"]}:{item["id"]}").ToHashSet();
        foreach (var item in Objects)
        {
            var references = item["references"]!.AsArray().ToDictionary(reference => (string)reference!["name"]!, reference => $"{reference!["type"]}:{reference["id"]}");
            Assert.All(references.Values, reference => Assert.Contains(reference, known));
            if (Source(item)["indexRefName"] is { } index)
            {
                Assert.StartsWith("index-pattern:", references[(string)index!], StringComparison.Ordinal);
            }

            foreach (var panel in Panels(item))
            {
                Assert.StartsWith($"{panel["type"]}:", references[$"{panel["panelIndex"]}:{panel["panelRefName"]}"], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Panels_do_not_overlap_and_stay_in_the_grid()
    {
        foreach (var dashboard in Objects.Where(item => (string)item["type"]! == "dashboard"))
        {
            var places = Panels(dashboard).Select(panel => panel["gridData"]!).Select(grid => (X: (int)grid["x"]!, Y: (int)grid["y"]!, W: (int)grid["w"]!, H: (int)grid["h"]!)).ToList();
            Assert.All(places, place => Assert.InRange(place.X + place.W, 1, 48));
            for (var i = 0; i < places.Count; i++)
            {
                Assert.DoesNotContain(places.Skip(i + 1), other =>
                    places[i].X < other.X + other.W && other.X < places[i].X + places[i].W && places[i].Y < other.Y + other.H && other.Y < places[i].Y + places[i].H);
            }
        }
    }

    [Fact]
    public void A_trace_id_leads_from_logs_to_traces_and_back()
    {
        Assert.Equal("sluice-traces", TargetOf("sluice-logs"));
        Assert.Equal("sluice-logs", TargetOf("sluice-traces"));

        static string TargetOf(string view)
        {
            var formats = JsonNode.Parse((string)Find("index-pattern", view)["attributes"]!["fieldFormatMap"]!)!;
            var template = (string)formats["trace.id"]!["params"]!["urlTemplate"]!;
            Assert.Contains("query:'trace.id:%22{{value}}%22'", template, StringComparison.Ordinal);
            var dashboard = DashboardLink().Match(template).Groups[1].Value;
            Assert.NotNull(Find("dashboard", dashboard));
            return dashboard;
        }
    }

    [Theory]
    [MemberData(nameof(VersionsAndModes))]
    public async Task Every_query_finds_its_documents(string version, DocumentMapping mode)
    {
        await using var run = await StartWithDocumentsAsync(version, mode);
        var asked = 0;
        foreach (var item in Objects.Where(item => Source(item)["indexRefName"] is not null))
        {
            var body = new JsonObject { ["query"] = Query((string)Source(item)["query"]!["query"]!) };
            if ((string)item["type"]! == "search")
            {
                var sort = item["attributes"]!["sort"]!.AsArray().Single()!.AsArray();
                body["sort"] = new JsonArray(new JsonObject { [(string)sort[0]!] = sort[1]!.DeepClone() });
            }

            var (status, answer) = await run.SendAsync("POST", $"/{PatternOf(item)}/_search", body.ToJsonString());

            Assert.True(status == 200, $"{item["id"]}: {answer.ToJsonString()}");
            Assert.True(answer["hits"]!["hits"]!.AsArray().Count > 0, $"{item["id"]} finds nothing by {body.ToJsonString()}");
            asked++;
        }

        Assert.Equal(14, asked);
    }

    [Theory]
    [MemberData(nameof(VersionsAndModes))]
    public async Task Every_figure_of_a_visualization_can_be_computed(string version, DocumentMapping mode)
    {
        await using var run = await StartWithDocumentsAsync(version, mode);
        foreach (var item in Objects.Where(item => (string)item["type"]! == "visualization" && Source(item)["indexRefName"] is not null))
        {
            var aggregations = State(item)["aggs"]!.AsArray().Select(node => node!.AsObject()).ToList();
            foreach (var one in aggregations.Where(one => (string)one["type"]! != "count"))
            {
                var body = new JsonObject
                {
                    ["size"] = 0,
                    ["query"] = Query((string)Source(item)["query"]!["query"]!),
                    ["aggs"] = new JsonObject { ["figure"] = Aggregation(one) },
                };
                var (status, answer) = await run.SendAsync("POST", $"/{PatternOf(item)}/_search", body.ToJsonString());

                Assert.True(status == 200, $"{item["id"]}: {answer.ToJsonString()}");
                var figure = answer["aggregations"]!["figure"]!.AsObject();
                Assert.True(
                    figure["buckets"] is JsonArray { Count: > 0 } || figure["value"] is not null || figure["values"] is JsonObject { Count: > 0 },
                    $"{item["id"]}: {one.ToJsonString()} gives {figure.ToJsonString()}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(VersionsAndModes))]
    public async Task Every_column_has_a_value_in_some_document(string version, DocumentMapping mode)
    {
        await using var run = await StartWithDocumentsAsync(version, mode);
        foreach (var item in Objects.Where(item => (string)item["type"]! == "search"))
        {
            foreach (var column in item["attributes"]!["columns"]!.AsArray())
            {
                var (status, answer) = await run.SendAsync("POST", $"/{PatternOf(item)}/_search", $$$$"""{"query":{"exists":{"field":"{{{{column}}}}"}}}""");

                Assert.True(status == 200, $"{item["id"]}: {answer.ToJsonString()}");
                Assert.True(answer["hits"]!["hits"]!.AsArray().Count > 0, $"no document has the column {column} of {item["id"]}");
            }
        }
    }

    private static async Task<SetupRun> StartWithDocumentsAsync(string version, DocumentMapping mode)
    {
        var run = await SetupRun.StartAsync(version);
        await run.RunAsync(mode == DocumentMapping.Otel ? "otel" : "ecs");
        await run.ShipAsync(Signal.Logs, SampleRecords.Logs, mode);
        await run.ShipAsync(Signal.Traces, SampleRecords.Traces, mode);
        return run;
    }

    /// <summary>The few forms of the Kibana Query Language that are used, in that of query strings, which differ in white space and case.</summary>
    private static JsonObject Query(string kuery)
    {
        if (kuery.Length == 0)
        {
            return new JsonObject { ["match_all"] = new JsonObject() };
        }

        var query = kuery.Replace(": ", ":", StringComparison.Ordinal).Replace(" >= ", ":>=", StringComparison.Ordinal).Replace(" or ", " OR ", StringComparison.Ordinal);
        return new JsonObject { ["query_string"] = new JsonObject { ["query"] = query } };
    }

    private static JsonObject Aggregation(JsonObject one)
    {
        var parameters = one["params"]!.AsObject();
        var own = new JsonObject { ["field"] = parameters["field"]!.DeepClone() };
        switch ((string)one["type"]!)
        {
            case "date_histogram":
                own["fixed_interval"] = "1m";
                break;
            case "percentiles":
                own["percents"] = parameters["percents"]!.DeepClone();
                break;
            case "terms":
                own["size"] = parameters["size"]!.DeepClone();
                break;
        }

        return new JsonObject { [(string)one["type"]!] = own };
    }

    private static JsonObject Find(string type, string id) => Objects.Single(item => (string)item["type"]! == type && (string)item["id"]! == id);

    private static string PatternOf(JsonObject item)
    {
        var view = item["references"]!.AsArray().Single(reference => (string)reference!["type"]! == "index-pattern")!;
        return (string)Find("index-pattern", (string)view["id"]!)["attributes"]!["title"]!;
    }

    private static JsonObject Source(JsonObject item) =>
        item["attributes"]!["kibanaSavedObjectMeta"]?["searchSourceJSON"] is { } source ? JsonNode.Parse((string)source!)!.AsObject() : [];

    private static JsonObject State(JsonObject item) => JsonNode.Parse((string)item["attributes"]!["visState"]!)!.AsObject();

    private static IEnumerable<JsonObject> Panels(JsonObject item) =>
        item["attributes"]!["panelsJSON"] is { } panels ? JsonNode.Parse((string)panels!)!.AsArray().Select(panel => panel!.AsObject()) : [];

    [GeneratedRegex(@"^/app/dashboards#/view/([\w-]+)\?")]
    private static partial Regex DashboardLink();
}
