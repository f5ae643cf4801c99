using System.Text;
using System.Text.Json;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Components.Exporters.ElasticsearchExporter;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Standins.Elasticsearch;
using Sluice.Standins.Elasticsearch.Faults;
using Sluice.Telemetry;
using Sluice.Transport.HttpClients;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Components.Tests.Exporters.Elasticsearch;

/// <summary>The exporter against a stand-in for the cluster, attempt by attempt.</summary>
public sealed class ElasticsearchExporterTests : IAsyncDisposable
{
    private const string Stream = "logs-generic.otel-default";
    private const long Now = 1_800_000_000_000_000_000;

    private readonly ExporterFixture _fixture = new();
    private readonly StandinCluster _cluster = NewCluster(StandinVersion.Elasticsearch9);
    private readonly List<StandinRequest> _requests = [];

    /// <summary>What the node was asked so far. The exporter asks it on its own too.</summary>
    private IReadOnlyList<StandinRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }
    private StandinNode? _node;

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        await _fixture.DisposeAsync();
    }

    [Theory]
    [InlineData(ClientCompression.Gzip)]
    [InlineData(ClientCompression.None)]
    public async Task Records_become_documents_under_their_ids(ClientCompression compression)
    {
        await using var exporter = await StartAsync(new() { Compression = compression });

        var outcome = await ExporterFixture.DeliverAsync(exporter, Logs("a", "b"), Logs("c"));

        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);
        var documents = _cluster.Documents(Stream);
        Assert.Equal(["a", "b", "c"], documents.Select(BodyOf));
        Assert.Equal(["00000000000000070000000000000000", "00000000000000070000000000000001", "00000000000000070000000000000002"], documents.Select(document => document.Id));
        var bulk = Assert.Single(Requests, request => request.IsBulk);
        Assert.Equal("application/x-ndjson", bulk.Headers["content-type"]);
        Assert.Equal(compression == ClientCompression.Gzip ? "gzip" : null, bulk.Headers.GetValueOrDefault("content-encoding"));
        Assert.StartsWith("Sluice/", bulk.Headers["user-agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_documents_that_the_cluster_cannot_take_now_are_tried_again()
    {
        await using var exporter = await StartAsync();
        _cluster.Faults.OnItem(item => Has(item, "b") ? ItemFault.TooManyRequests : Has(item, "d") ? ItemFault.Unavailable : null);
        var batch = ExporterFixture.Batch(Logs("a", "b"), Logs("c", "d"));

        var outcome = await exporter.DeliverAsync(batch, default);

        Assert.Equal(DeliveryStatus.DeliveredInPart, outcome.Status);
        Assert.Equal([(0, 1), (1, 1)], batch.Later.Order());
        Assert.Equal(TimeSpan.Zero, outcome.RetryAfter);
        Assert.Contains("503 unavailable_shards_exception", outcome.Reason, StringComparison.Ordinal);
        Assert.True(batch.MayHaveArrived);
    }

    [Fact]
    public async Task When_the_cluster_is_busy_with_all_of_them_nothing_is_settled()
    {
        await using var exporter = await StartAsync();
        _cluster.Faults.OnItem(_ => ItemFault.TooManyRequests);
        var batch = ExporterFixture.Batch(Logs("a", "b"));

        var outcome = await exporter.DeliverAsync(batch, default);

        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        Assert.False(batch.MayHaveArrived);
    }

    [Fact]
    public async Task A_document_that_does_not_fit_the_mapping_is_refused_with_the_reason_and_the_others_are_stored()
    {
        _cluster.PutIndexTemplate("strict", """{"index_patterns":["logs-*"],"priority":900,"data_stream":{},"template":{"mappings":{"properties":{"attributes":{"properties":{"code":{"type":"long"}}}}}}}""");
        await using var exporter = await StartAsync();
        var wrong = new LogRecord { TimeUnixNano = Now, Body = Text("wrong"), Attributes = { Attribute("code", "not a number") } };
        var batch = ExporterFixture.Batch(Logs("a"), _fixture.Segment(Signal.Logs, Request(wrong, Log("b"))));

        var outcome = await exporter.DeliverAsync(batch, default);

        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);
        var rejection = Assert.Single(batch.Rejections);
        Assert.Equal((1, 0), (rejection.Segment, rejection.Record));
        Assert.StartsWith("400 document_parsing_exception: ", rejection.Reason, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], _cluster.Documents(Stream).Select(BodyOf));
        Assert.Contains(_fixture.Log, line => line.StartsWith("1 documents were refused for good", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_that_has_no_document_is_refused_and_the_others_are_stored()
    {
        await using var exporter = await StartAsync();
        var wrong = new LogRecord { TimeUnixNano = Now, Attributes = { Attribute("elasticsearch.index", "Not An Index") } };
        var batch = ExporterFixture.Batch(_fixture.Segment(Signal.Logs, Request(Log("a"), wrong)));

        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Contains("an index that cannot be", Assert.Single(batch.Rejections).Reason, StringComparison.Ordinal);
        Assert.Equal(["a"], _cluster.Documents(Stream).Select(BodyOf));
    }

    public static TheoryData<string, DeliveryStatus> Refusals => new()
    {
        { "429", DeliveryStatus.Retry },
        { "503", DeliveryStatus.Retry },
        { "500", DeliveryStatus.Retry },
        { "400", DeliveryStatus.RejectedWhole },
        { "401", DeliveryStatus.Fatal },
        { "403", DeliveryStatus.Fatal },
        { "404", DeliveryStatus.Fatal },
        { "302", DeliveryStatus.Fatal },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_request_that_is_refused_as_a_whole_settles_nothing(string status, DeliveryStatus expected)
    {
        await using var exporter = await StartAsync();
        _cluster.Faults.NextBulks(RequestFault.Rejected(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), "some_exception", "some reason", TimeSpan.FromSeconds(7)));
        var batch = ExporterFixture.Batch(Logs("a"));

        var outcome = await exporter.DeliverAsync(batch, default);

        Assert.Equal(expected, outcome.Status);
        Assert.Equal($"{_node!.Address} answered {status} to a bulk request: some_exception: some reason", outcome.Reason);
        Assert.Equal(expected == DeliveryStatus.Retry ? TimeSpan.FromSeconds(7) : null, outcome.RetryAfter);
        Assert.Equal(status is "500" or "503", batch.MayHaveArrived);
        Assert.Equal(0, _cluster.Count(Stream));
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_cut_until_it_is_taken_and_a_document_that_is_too_large_is_refused()
    {
        await using var exporter = await StartAsync();
        const int Limit = 90_000;
        _cluster.Faults.OnRequest(request => request.IsBulk && request.Body.Length > Limit ? RequestFault.TooLargeForProxy : null);
        var names = Enumerable.Range(0, 300).Select(i => i == 77 ? new string('x', Limit) : $"{i:d4}" + new string('y', 2000)).ToArray();
        var batch = ExporterFixture.Batch(Logs(names[..100]), Logs(names[100..]));

        var outcome = await exporter.DeliverAsync(batch, default);

        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);
        Assert.Equal((0, 77), (batch.Rejections.Single().Segment, batch.Rejections.Single().Record));
        Assert.Contains("answered 413", batch.Rejections.Single().Reason, StringComparison.Ordinal);
        Assert.Equal(names.Where(name => name[0] != 'x'), _cluster.Documents(Stream).Select(BodyOf));
    }

    [Fact]
    public async Task A_request_that_fails_behind_others_of_its_batch_leaves_what_they_stored()
    {
        await using var exporter = await StartAsync();
        var bulks = 0;
        _cluster.Faults.OnRequest(request => request.IsBulk && Interlocked.Increment(ref bulks) == 2 ? RequestFault.Unavailable : null);
        var batch = ExporterFixture.Batch(Logs([.. Enumerable.Range(0, 60).Select(i => $"{i:d2}" + new string('y', 200_000))]));

        var outcome = await exporter.DeliverAsync(batch, default);

        Assert.Equal(DeliveryStatus.DeliveredInPart, outcome.Status);
        Assert.Equal(60, batch.Later.Count + _cluster.Count(Stream));
        Assert.InRange(batch.Later.Count, 1, 59);
        Assert.Equal(batch.Later.Min().Record, (int)_cluster.Count(Stream));
    }

    [Fact]
    public async Task The_ids_and_pipelines_that_records_bring_are_used_where_that_is_configured()
    {
        await using var exporter = await StartAsync(new() { LogsDynamicId = new() { Enabled = true } });
        LogRecord[] records = [Log("a", Attribute("elasticsearch.document_id", "order-1")), Log("b", Attribute("elasticsearch.document_id", "order-1")), Log("c")];
        var batch = ExporterFixture.Batch(_fixture.Segment(Signal.Logs, Request(records)));

        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal(["order-1: a", "00000000000000070000000000000002: c"], _cluster.Documents(Stream).Select(document => $"{document.Id}: {BodyOf(document)}"));
        Assert.Equal(1, batch.DuplicateCount);
    }

    [Fact]
    public async Task All_documents_go_through_the_ingest_pipeline_that_is_configured()
    {
        _cluster.Call("PUT", "/_ingest/pipeline/nothing", """{"processors":[]}""");
        await using var exporter = await StartAsync(new() { Pipeline = "nothing", IncludeSourceOnError = false });
        await using var other = await _fixture.StartAsync(new ElasticsearchExporterFactory(), new ElasticsearchExporterOptions { Endpoint = _node!.Address, Pipeline = "missing" });

        Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(exporter, Logs("a"))).Status);
        var batch = ExporterFixture.Batch(Logs("b"));
        await other.DeliverAsync(batch, default);
        Assert.Contains("pipeline with id [missing] does not exist", Assert.Single(batch.Rejections).Reason, StringComparison.Ordinal);
    }

    private static StandinCluster NewCluster(StandinVersion version)
    {
        var cluster = new StandinCluster(new StandinOptions { Version = version });
        cluster.PutIndexTemplate("all", """{"index_patterns":["logs-*","traces-*","metrics-*"],"data_stream":{}}""");
        return cluster;
    }

    private static bool Has(StandinItem item, string body) => Encoding.UTF8.GetString(item.Source.Span).Contains($"{{\"text\":\"{body}\"}}", StringComparison.Ordinal);

    private static string? BodyOf(StandinDocument document) => JsonDocument.Parse(document.Source).RootElement.GetProperty("body").GetProperty("text").GetString();

    private static AnyValue Text(string text) => new() { StringValue = text };

    private static KeyValue Attribute(string key, string value) => new() { Key = key, Value = Text(value) };

    private static LogRecord Log(string body, params KeyValue[] attributes) => new() { TimeUnixNano = Now, Body = Text(body), Attributes = { attributes } };

    private static ExportLogsServiceRequest Request(params LogRecord[] records) => new()
    {
        ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { records } } } } },
    };

    private DeliverySegment Logs(params string[] bodies) => _fixture.Segment(Signal.Logs, Request([.. bodies.Select(body => Log(body))]));

    private async Task<IExporter> StartAsync(ElasticsearchExporterOptions? options = null)
    {
        _node = await StandinNode.StartAsync(_cluster);
        _cluster.Faults.OnRequest(request =>
        {
            lock (_requests)
            {
                _requests.Add(request);
            }

            return null;
        });
        return await _fixture.StartAsync(new ElasticsearchExporterFactory(), (options ?? new()) with { Endpoint = _node.Address });
    }
}
