using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Setup;
using Sluice.Standins.Elasticsearch;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders.Elasticsearch;
using Sluice.Testing;

namespace Sluice.Tests.Setup;

/// <summary><c>sluice setup elasticsearch</c> against the stand-in, in every product and version that it is for.</summary>
public sealed class ElasticsearchSetupTests
{
    private static readonly string[] Names =
    [
        "lifecycle policy sluice", "component template sluice-settings", "component template sluice-otel-mappings", "component template sluice-otel-metrics",
        "component template sluice-ecs-mappings", "index template sluice-logs-otel", "index template sluice-traces-otel", "index template sluice-metrics-otel",
        "index template sluice-logs-ecs", "index template sluice-traces-ecs", "index template sluice-metrics-ecs",
    ];

    public static TheoryData<string> Versions => [.. SetupRun.Versions];

    public static MatrixTheoryData<string, DocumentMapping> VersionsAndModes => new(SetupRun.Versions, [DocumentMapping.Otel, DocumentMapping.Ecs]);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task It_creates_what_is_missing_and_then_changes_nothing(string version)
    {
        await using var run = await SetupRun.StartAsync(version);

        Assert.Equal(Names.Select(name => $"would create {name}"), await run.RunAsync(isDryRun: true));
        Assert.Equal(Names.Select(name => $"created      {name}"), await run.RunAsync());
        Assert.Equal(Names.Select(name => $"unchanged    {name}"), await run.RunAsync());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_changed_is_updated_and_nothing_else(string version)
    {
        await using var run = await SetupRun.StartAsync(version);
        await run.RunAsync();

        Assert.Contains("would update lifecycle policy sluice", await run.RunAsync(retention: "7d", isDryRun: true));
        var lines = await run.RunAsync(retention: "7d");

        Assert.Equal("updated      lifecycle policy sluice", lines[0]);
        Assert.All(lines[1..^1], line => Assert.StartsWith("unchanged", line, StringComparison.Ordinal));
        Assert.Contains("rollover", lines[^1], StringComparison.Ordinal);
        Assert.All(await run.RunAsync(retention: "7d"), line => Assert.StartsWith("unchanged", line, StringComparison.Ordinal));
    }

    /// <summary>An index goes as a whole, at the retention after its rollover: what it holds is kept longer by as much as the index was old then.</summary>
    [Theory]
    [InlineData("12h", "1h")]
    [InlineData("1d", "1h")]
    [InlineData("25h", "1d")]
    [InlineData("14d", "1d")]
    [InlineData("30d", "7d")]
    [InlineData("90d", "7d")]
    [InlineData("91d", "30d")]
    [InlineData("999999d", "30d")]
    public void Indices_roll_over_so_often_that_little_is_kept_for_much_longer_than_asked(string retention, string rollover)
    {
        var policy = Policy(isOpenSearch: false);
        Assert.Equal(retention, (string?)policy["phases"]!["delete"]!["min_age"]);
        Assert.Equal(rollover, (string?)policy["phases"]!["hot"]!["actions"]!["rollover"]!["max_age"]);
        var hot = Policy(isOpenSearch: true)["states"]![0]!;
        Assert.Equal(retention, (string?)hot["transitions"]![0]!["conditions"]!["min_rollover_age"]);
        Assert.Equal(rollover, (string?)hot["actions"]![0]!["rollover"]!["min_index_age"]);

        JsonNode Policy(bool isOpenSearch) =>
            ElasticsearchAssets.For(new ElasticsearchServer(isOpenSearch, new Version(9, 1)), ["otel"], retention).Single(asset => asset.Kind == SetupKind.Lifecycle).Body["policy"]!;
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_it_did_not_make_is_not_overwritten_and_nothing_else_changed(string version)
    {
        await using var run = await SetupRun.StartAsync(version);
        await run.SendAsync("PUT", "/_index_template/sluice-logs-ecs", """{"index_patterns":["logs-*-*"],"priority":7,"_meta":{"managed_by":"somebody"}}""");
        await run.SendAsync("PUT", "/_component_template/sluice-settings", """{"template":{}}""");

        var exception = await Assert.ThrowsAsync<SetupException>(() => run.RunAsync());

        Assert.Contains("index template sluice-logs-ecs is there and is not Sluice's (_meta.managed_by is \"somebody\")", exception.Message, StringComparison.Ordinal);
        Assert.Contains("component template sluice-settings is there and is not Sluice's (_meta.managed_by is missing)", exception.Message, StringComparison.Ordinal);
        Assert.Equal(404, (await run.SendAsync("GET", "/_component_template/sluice-otel-mappings")).Status);
    }

    [Fact]
    public async Task What_a_newer_one_made_is_not_overwritten()
    {
        await using var run = await SetupRun.StartAsync("elasticsearch-9.2.1");
        await run.SendAsync("PUT", "/_component_template/sluice-settings", """{"template":{},"_meta":{"managed_by":"sluice","version":999,"digest":"x"}}""");

        var exception = await Assert.ThrowsAsync<SetupException>(() => run.RunAsync("otel"));

        Assert.Contains("made by a newer Sluice (version 999", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(VersionsAndModes))]
    public async Task Documents_of_every_kind_fit_the_mappings(string version, DocumentMapping mode)
    {
        await using var run = await SetupRun.StartAsync(version);
        await run.RunAsync(mode == DocumentMapping.Otel ? "otel" : "ecs");

        await run.ShipAsync(Signal.Logs, SampleRecords.Logs, mode);
        await run.ShipAsync(Signal.Traces, SampleRecords.Traces, mode);

        var suffix = mode == DocumentMapping.Otel ? ".otel" : "";
        Assert.Equal([$"logs-generic{suffix}-default", $"traces-generic{suffix}-default"], run.Cluster.DataStreams.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Every kind of attribute, body, event and link fits, except what fits no field of any mapping: a list of texts and objects.
    /// </summary>
    [Theory]
    [MemberData(nameof(VersionsAndModes))]
    public async Task Golden_documents_fit_the_mappings(string version, DocumentMapping mode)
    {
        var name = mode == DocumentMapping.Otel ? "otel" : "ecs";
        var refused = new List<string>();
        foreach (var request in (string[])["log", "log-routing", "event", "span"])
        {
            await using var run = await SetupRun.StartAsync(version);
            await run.RunAsync(name);
            var lines = await File.ReadAllLinesAsync(
                GoldenFile.PathOf($"tests/Sluice.Telemetry.Tests/Encoders/Elasticsearch/Golden/{request}.{name}.ndjson"), TestContext.Current.CancellationToken);
            var (status, answer) = await run.SendAsync(
                "POST", "/_bulk", string.Concat(lines.Where(line => line.StartsWith('{')).Select(line => line + "\n")), "application/x-ndjson");

            Assert.Equal(200, status);
            refused.AddRange(answer["items"]!.AsArray().Where(item => (int)item!["create"]!["status"]! != 201).Select(item => $"{request}: {item!.ToJsonString()}"));
        }

        var mixed = mode == DocumentMapping.Otel ? "attributes.list" : "list";
        Assert.Contains($"failed to parse field [{mixed}] of type [keyword] in document with id", Assert.Single(refused), StringComparison.Ordinal);
        Assert.StartsWith("log: ", refused[0], StringComparison.Ordinal);
    }

    /// <summary>The promise to analysts: found, and sorted, by what matters, under one name in both modes.</summary>
    [Theory]
    [MemberData(nameof(VersionsAndModes))]
    public async Task What_matters_is_searchable_and_sortable_at_once(string version, DocumentMapping mode)
    {
        await using var run = await SetupRun.StartAsync(version);
        await run.RunAsync(mode == DocumentMapping.Otel ? "otel" : "ecs");
        await run.ShipAsync(Signal.Logs, SampleRecords.Logs, mode);

        Assert.Equal(2, await CountAsync("""{"term":{"trace.id":"0af7651916cd43dd8448eb211c80319c"}}"""));
        Assert.Equal(2, await CountAsync("""{"term":{"span.id":"b7ad6b7169203331"}}"""));
        Assert.Equal(3, await CountAsync("""{"term":{"service.name":"shop"}}"""));
        Assert.Equal(1, await CountAsync("""{"term":{"log.level":"ERROR"}}"""));
        Assert.Equal(1, await CountAsync("""{"range":{"event.severity":{"gte":17}}}"""));
        Assert.Equal(1, await CountAsync("""{"term":{"event.action":"order.placed"}}"""));
        Assert.Equal(1, await CountAsync("""{"match":{"message":"payment"}}"""));
        Assert.Equal(1, await CountAsync("""{"range":{"@timestamp":{"gt":"2026-02-02T02:40:00.000000002Z"}}}"""));
        foreach (var field in (string[])["@timestamp", "trace.id", "span.id", "service.name", "log.level", "event.severity", "event.action"])
        {
            var (status, answer) = await run.SendAsync("POST", "/logs-*/_search", $$"""{"sort":[{"{{field}}":"desc"}]}""");
            Assert.True(status == 200, $"{field}: {answer.ToJsonString()}");
            Assert.Equal(3, answer["hits"]!["hits"]!.AsArray().Count);
        }

        async Task<int> CountAsync(string query)
        {
            var (status, answer) = await run.SendAsync("POST", "/logs-*/_search", $$"""{"query":{{query}}}""");
            Assert.True(status == 200, $"{query}: {answer.ToJsonString()}");
            return answer["hits"]!["hits"]!.AsArray().Count;
        }
    }

    [Fact]
    public async Task Credentials_are_sent_and_their_lack_is_explained()
    {
        await using var run = await SetupRun.StartAsync(
            "elasticsearch-8.19.8", new StandinOptions { Users = new Dictionary<string, string> { ["elastic"] = "secret" } });

        var exception = await Assert.ThrowsAsync<SetupException>(() => run.RunAsync());
        Assert.Contains("was refused with 401", exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(await run.RunAsync(authorization: new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("elastic:secret")))));
    }

    [Theory]
    [InlineData("""{"version":{"number":"6.8.23"}}""", "Elasticsearch 6.8.23 is too old")]
    [InlineData("""{"version":{"number":"7.16.3"}}""", "too old")]
    [InlineData("""{"version":{"number":"1.3.0","distribution":"opensearch"}}""", "OpenSearch 1.3.0 is too old")]
    [InlineData("""{"hello":"world"}""", "neither Elasticsearch nor OpenSearch")]
    public void A_server_that_cannot_be_set_up_is_told(string root, string expected) =>
        Assert.Contains(expected, Assert.Throws<SetupException>(() => ElasticsearchServer.Read(JsonNode.Parse(root)!.AsObject())).Message, StringComparison.Ordinal);

    [Fact]
    public async Task An_address_where_nobody_listens_is_told()
    {
        using var connection = new ElasticsearchConnection(new Uri("http://127.0.0.1:1"), null, null);

        var exception = await Assert.ThrowsAsync<SetupException>(() => ElasticsearchSetup.RunAsync(
            connection, ["otel"], "30d", isDryRun: true, TextWriter.Null, TestContext.Current.CancellationToken));

        Assert.Contains("cannot be reached", exception.Message, StringComparison.Ordinal);
    }
}
