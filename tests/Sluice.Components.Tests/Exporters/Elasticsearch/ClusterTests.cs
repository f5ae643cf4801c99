using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.ElasticsearchExporter;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using Sluice.Standins.Elasticsearch;
using Sluice.Standins.Elasticsearch.Faults;
using Sluice.Telemetry;
using Sluice.Testing;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Components.Tests.Exporters.Elasticsearch;

/// <summary>What the exporter finds out of clusters, how it says who it is, and what it does when servers are away.</summary>
public sealed class ClusterTests : IAsyncDisposable
{
    private readonly ExporterFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    public static TheoryData<string> Products => ["elasticsearch-7.17.29", "elasticsearch-8.19.8", "elasticsearch-9.2.1", "opensearch-2.19.3", "opensearch-3.3.2"];

    [Theory]
    [MemberData(nameof(Products))]
    public async Task Every_product_takes_logs_and_metrics_and_says_what_it_is(string product)
    {
        var version = StandinVersion.Parse(product);
        var cluster = new StandinCluster(new StandinOptions { Version = version });
        cluster.PutIndexTemplate("all", """{"index_patterns":["logs-*","metrics-*"],"data_stream":{},"template":{"mappings":{"dynamic_templates":[{"gauge_long":{"mapping":{"type":"long"}}}]}}}""");
        await using var node = await StandinNode.StartAsync(cluster);
        await using var exporter = await StartAsync(new() { Endpoint = node.Address });

        var metrics = ExporterFixture.Batch(_fixture.Segment(Signal.Metrics, Gauge()));
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(metrics, default)).Status);
        Assert.Empty(metrics.Rejections);
        Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(exporter, Logs("a"))).Status);

        // After a lost answer too.
        cluster.Faults.NextBulks(RequestFault.LostAnswer);
        var batch = ExporterFixture.Batch(Logs("b"));
        Assert.Equal(DeliveryStatus.Retry, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal((2, 1), (cluster.Count("logs-*"), cluster.Count("metrics-*")));
        var said = version.IsOpenSearch ? "OpenSearch" : "Elasticsearch";
        Assert.Contains(_fixture.Log, line => line.StartsWith($"{node.Address} is {said} {version.Number.Major}.{version.Number.Minor}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cluster_that_is_away_does_not_keep_the_exporter_from_starting_and_is_found_when_it_comes_back()
    {
        var cluster = NewCluster();
        await using var node = await StandinNode.StartAsync(cluster);
        await node.GoAwayAsync();
        var context = _fixture.Context("elasticsearch");
        await using var exporter = ((IExporterFactory)new ElasticsearchExporterFactory()).Create(context, new ElasticsearchExporterOptions { Endpoint = node.Address });
        await exporter.StartAsync(new ExporterStart(Guid.NewGuid(), default, default), default);
        context.Health.Started();
        await Eventually.TrueAsync(() => context.Health.Report.State == HealthState.Degraded, "it is Degraded");
        Assert.Equal(DeliveryStatus.Retry, (await ExporterFixture.DeliverAsync(exporter, Logs("a"))).Status);

        await node.ComeBackAsync();
        Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(exporter, Logs("a"))).Status);
        await Eventually.TrueAsync(
            () =>
            {
                _fixture.Time.Advance(TimeSpan.FromSeconds(30));
                return context.Health.Report.State == HealthState.Healthy;
            },
            "it is Healthy");
    }

    [Fact]
    public async Task Servers_take_turns_and_one_that_is_away_is_left_out()
    {
        var cluster = NewCluster();
        await using var first = await StandinNode.StartAsync(cluster);
        await using var second = await StandinNode.StartAsync(cluster);
        await using var exporter = await StartAsync(new() { Endpoints = [first.Address, second.Address] });

        // What asks for the version has its turns too, until it is known.
        await ExporterFixture.DeliverAsync(exporter, Logs("before"));
        var (firstBefore, secondBefore) = (first.BulkRequests, second.BulkRequests);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(exporter, Logs($"both{i}"))).Status);
        }

        Assert.Equal((3, 3), (first.BulkRequests - firstBefore, second.BulkRequests - secondBefore));
        await first.GoAwayAsync();
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(exporter, Logs($"one{i}"))).Status);
        }

        await first.ComeBackAsync();
        _fixture.Time.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(exporter, Logs($"again{i}"))).Status);
        }

        Assert.Equal((6, 12), (first.BulkRequests - firstBefore, second.BulkRequests - secondBefore));
        Assert.Equal(19, cluster.Count());
    }

    public static TheoryData<string> Credentials => ["key", "basic"];

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task It_says_who_it_is(string kind)
    {
        var cluster = new StandinCluster(new StandinOptions { Users = new Dictionary<string, string> { ["elastic"] = "pass:word" }, ApiKeys = new HashSet<string> { "aWQ6a2V5" } });
        cluster.PutIndexTemplate("all", """{"index_patterns":["logs-*"],"data_stream":{}}""");
        await using var node = await StandinNode.StartAsync(cluster);
        var options = new ElasticsearchExporterOptions { Endpoint = node.Address };
        await using var stranger = await StartAsync(options);
        await using var known = await StartAsync(kind == "key" ? options with { ApiKey = new Secret("aWQ6a2V5") } : options with { User = "elastic", Password = new Secret("pass:word") });

        Assert.Equal(DeliveryStatus.Fatal, (await ExporterFixture.DeliverAsync(stranger, Logs("a"))).Status);
        Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(known, Logs("b"))).Status);
        Assert.Equal(1, cluster.Count());
    }

    [Fact]
    public async Task Something_else_that_answers_is_no_cluster_and_too_old_a_one_needs_help()
    {
        var cluster = NewCluster();
        await using var node = await StandinNode.StartAsync(cluster);
        var answer = "{}";
        cluster.Faults.OnRequest(_ => RequestFault.Foreign(200, "application/json", answer));
        await using var exporter = await StartAsync(new() { Endpoint = node.Address });
        var outcome = await ExporterFixture.DeliverAsync(exporter, Logs("a"));
        Assert.Equal((DeliveryStatus.Retry, $"{node.Address} is neither Elasticsearch nor OpenSearch"), (outcome.Status, outcome.Reason));

        answer = """{"version":{"number":"6.8.23"}}""";
        outcome = await ExporterFixture.DeliverAsync(exporter, Logs("a"));
        Assert.Equal(DeliveryStatus.Fatal, outcome.Status);
        Assert.StartsWith("it is Elasticsearch 6.8, which has no data streams", outcome.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my:dXMtZWFzdC0xLmF3cy5mb3VuZC5pbyRhYmMxMjMkZGVmNDU2", "https://abc123.us-east-1.aws.found.io")]
    [InlineData("my:ZXhhbXBsZS5jb206OTI0MyRhYmM=", "https://abc.example.com:9243")]
    public void A_cloud_id_names_a_server(string id, string expected)
    {
        Assert.Empty(Validate($"cloudid: \"{id}\""));
        Assert.Equal(expected + "/", Assert.Single(new ElasticsearchExporterOptions { CloudId = id }.Addresses).ToString());
    }

    [Theory]
    [InlineData("endpoint: ftp://x", "endpoint: \"ftp://x\" is not an address of HTTP")]
    [InlineData("endpoint: http://u:p@x", "endpoint: \"…@x\" holds credentials, which belong into user and password")]
    [InlineData("endpoints: [http://x, \"http://y?a=b\"]", "endpoints: \"http://y\" has a query, behind which no path can be added")]
    [InlineData("{endpoint: http://x, endpoints: [http://y]}", "endpoint: endpoint, endpoints and cloudid say the same thing")]
    [InlineData("cloudid: nothing", "cloudid: is no Cloud ID")]
    [InlineData("{endpoint: http://x, user: me}", "user: is of no use alone")]
    [InlineData("{endpoint: http://x, user: me, password: p, api_key: k}", "api_key: and user are two ways to say who it is")]
    [InlineData("{endpoint: http://x, compression: deflate}", "compression: deflate is not what Elasticsearch takes")]
    [InlineData("{endpoint: http://x, logs_index: Logs}", "logs_index: is a name with capital letters, which no index can have")]
    [InlineData("{endpoint: http://x, logstash_format: {enabled: true, date_format: \"%q\"}}", "logstash_format::date_format: has %q, which is not known")]
    [InlineData("{endpoint: http://x, mapping: {mode: ecs, allowed_modes: [otel]}}", "mapping::mode: is not among allowed_modes")]
    [InlineData("{endpoint: http://x, logs_dynamic_id: {from: span}}", "logs_dynamic_id::from: span gives all log records of a span one id")]
    [InlineData("{endpoint: http://x, logs_dynamic_id: {attribute: \"\"}}", "logs_dynamic_id::attribute: is empty")]
    [InlineData("{endpoint: http://x, traces_dynamic_id: {from: span, attribute: id}}", "traces_dynamic_id::attribute: is not read with from: span")]
    [InlineData("{endpoint: http://x, traces_dynamic_id: {scope: [\"\"]}}", "traces_dynamic_id::scope: has an empty name")]
    [InlineData("{endpoint: http://x, logs_dynamic_id: {indices: [\"Logs-*\"]}}", "logs_dynamic_id::indices: \"Logs-*\" fits no name that an index can have")]
    public void Options_that_cannot_be_are_reported(string yaml, string expected) => Assert.Equal([expected], Validate(yaml));

    private static IEnumerable<string> Validate(string yaml)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("options.yaml", yaml)]);
        OptionBinder.Bind<ElasticsearchExporterOptions>(loaded.Root, loaded.Diagnostics, "");
        return loaded.Diagnostics.Items.Select(item => $"{item.Key}: {item.Message}");
    }

    private static StandinCluster NewCluster()
    {
        var cluster = new StandinCluster();
        cluster.PutIndexTemplate("all", """{"index_patterns":["logs-*"],"data_stream":{}}""");
        return cluster;
    }

    private static ExportMetricsServiceRequest Gauge() => new()
    {
        ResourceMetrics =
        {
            new ResourceMetrics
            {
                ScopeMetrics = { new ScopeMetrics { Metrics = { new Metric { Name = "g", Gauge = new Gauge { DataPoints = { new NumberDataPoint { TimeUnixNano = 5, AsInt = 1 } } } } } } },
            },
        },
    };

    private Task<IExporter> StartAsync(ElasticsearchExporterOptions options) => _fixture.StartAsync(new ElasticsearchExporterFactory(), options);

    private DeliverySegment Logs(string body) => _fixture.Segment(Signal.Logs, new ExportLogsServiceRequest
    {
        ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { new LogRecord { TimeUnixNano = 1_800_000_000_000_000_000, Body = new AnyValue { StringValue = body } } } } } } },
    });
}
