using System.Text;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Components.Exporters.ElasticsearchExporter;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Standins.Elasticsearch;
using Sluice.Standins.Elasticsearch.Faults;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders.Elasticsearch;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Components.Tests.Exporters.Elasticsearch;

/// <summary>No document is lost or stored twice, whatever attempts come to nothing.</summary>
public sealed class OnceTests : IAsyncDisposable
{
    private const string Stream = "logs-generic.otel-default";
    private const string Series = """
        {"index_patterns":["metrics-*"],"priority":900,"data_stream":{},"template":{"settings":{"index.mode":"time_series","index.routing_path":["attributes.*"]},
        "mappings":{"dynamic_templates":[{"strings":{"match_mapping_type":"string","mapping":{"type":"keyword"}}},{"gauge_long":{"mapping":{"type":"long","time_series_metric":"gauge"}}}],
        "properties":{"@timestamp":{"type":"date"},"attributes":{"type":"passthrough","dynamic":true,"priority":10,"time_series_dimension":true},"_metric_names_hash":{"type":"keyword","time_series_dimension":true}}}}}
        """;

    private readonly ExporterFixture _fixture = new();
    private readonly StandinCluster _cluster = new(new StandinOptions { Version = StandinVersion.Elasticsearch9 });
    private StandinNode? _node;

    public OnceTests() => _cluster.PutIndexTemplate("all", """{"index_patterns":["logs-*","traces-*","metrics-*"],"data_stream":{},"template":{"mappings":{"dynamic_templates":[{"gauge_long":{"mapping":{"type":"long"}}}]}}}""");

    private static readonly long Now = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000;

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        await _fixture.DisposeAsync();
    }

    public static TheoryData<string> Losses => ["lost", "cut", "slow"];

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task After_an_answer_was_lost_only_what_is_missing_is_created_though_the_stream_rolled_over(string loss)
    {
        await using var exporter = await StartAsync();
        await ExporterFixture.DeliverAsync(exporter, Logs("before"));
        using var cut = new CancellationTokenSource();
        _cluster.Faults.NextBulks(loss switch
        {
            "lost" => RequestFault.LostAnswer,
            "cut" => RequestFault.CutAnswer(40),
            _ => RequestFault.SlowToAnswer(async token =>
            {
                await cut.CancelAsync();
                await new TaskCompletionSource().Task.WaitAsync(token);
            }),
        });
        var batch = ExporterFixture.Batch(Logs("a", "b"), Logs("c"));
        if (loss == "slow")
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exporter.DeliverAsync(batch, cut.Token).AsTask());
        }
        else
        {
            Assert.Equal(DeliveryStatus.Retry, (await exporter.DeliverAsync(batch, default)).Status);
        }

        Assert.True(batch.MayHaveArrived);
        _cluster.Rollover(Stream);
        _cluster.Rollover(Stream);

        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal(3, batch.DuplicateCount);
        Assert.Equal(4, _cluster.Count(Stream));
    }

    [Fact]
    public async Task What_a_part_of_a_request_stored_is_not_created_again()
    {
        await using var exporter = await StartAsync();
        _cluster.Faults.OnItem(item => Has(item, "b") ? ItemFault.DoneAllTheSame : Has(item, "c") ? ItemFault.Unavailable : null);
        var batch = ExporterFixture.Batch(Logs("a", "b", "c"));
        Assert.Equal(DeliveryStatus.DeliveredInPart, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal([1, 2], batch.Later.Select(later => later.Record).Order());

        _cluster.Faults.Clear();
        _cluster.Rollover(Stream);
        var rest = ExporterFixture.Batch(batch.Segments[0].Slice(1, 2));
        rest.MayHaveArrived = batch.MayHaveArrived;
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(rest, default)).Status);
        Assert.Equal(1, rest.DuplicateCount);
        Assert.Equal(3, _cluster.Count(Stream));
    }

    [Fact]
    public async Task What_an_earlier_start_may_have_stored_is_looked_up_and_what_came_later_is_not()
    {
        var first = Logs("a", "b");
        await using (var killed = await StartAsync())
        {
            await ExporterFixture.DeliverAsync(killed, first);
        }

        _cluster.Rollover(Stream);
        var gets = 0;
        _cluster.Faults.OnRequest(request =>
        {
            gets += request.Path.EndsWith("/_mget", StringComparison.Ordinal) ? 1 : 0;
            return null;
        });
        var second = Logs("c");
        await using var exporter = await _fixture.StartAsync(new ElasticsearchExporterFactory(), Options(), end: second.FirstRecord);

        var batch = ExporterFixture.Batch(first, second);
        await exporter.DeliverAsync(batch, default);
        Assert.Equal((2, 3), (batch.DuplicateCount, _cluster.Count(Stream)));
        Assert.Equal(2, gets);

        await ExporterFixture.DeliverAsync(exporter, Logs("d"));
        Assert.Equal(2, gets);
    }

    [Fact]
    public async Task A_replay_stores_what_is_missing_and_nothing_twice()
    {
        await using var exporter = await StartAsync();
        var run = Logs("a", "b", "c");
        await ExporterFixture.DeliverAsync(exporter, run.Slice(0, 2));
        _cluster.Rollover(Stream);

        var batch = ExporterFixture.Batch(run with { Replay = new ReplayedEntry(run.Pipeline, run.FirstRecord, new RecordId(8, 100), Now) });
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal((2, 3), (batch.DuplicateCount, _cluster.Count(Stream)));
    }

    [Fact]
    public async Task Indices_that_were_followed_by_another_before_the_record_came_are_not_asked()
    {
        await using var exporter = await StartAsync();
        await ExporterFixture.DeliverAsync(exporter, Logs("old"));
        _cluster.Rollover(Stream);
        _cluster.Rollover(Stream);
        var asked = new List<string>();
        _cluster.Faults.OnRequest(request =>
        {
            if (request.Path.EndsWith("/_mget", StringComparison.Ordinal))
            {
                asked.Add(request.Path);
            }

            return null;
        });
        var batch = ExporterFixture.Batch(Logs("new") with { ReceivedUnixNano = Now + (7_200L * 1_000_000_000) });
        batch.MayHaveArrived = true;
        await exporter.DeliverAsync(batch, default);
        Assert.Single(asked);

        batch = ExporterFixture.Batch(Logs("newer") with { ReceivedUnixNano = Now });
        batch.MayHaveArrived = true;
        await exporter.DeliverAsync(batch, default);
        Assert.Equal(1 + 3, asked.Count);
    }

    [Fact]
    public async Task Without_the_privileges_to_look_up_nothing_is_created_unless_that_is_configured()
    {
        await using var exporter = await StartAsync();
        await using var careless = await _fixture.StartAsync(new ElasticsearchExporterFactory(), Options() with { LookUp = false });
        _cluster.Faults.OnRequest(request => request.IsBulk || request.Path == "/" ? null : RequestFault.Rejected(403, "security_exception", "action is unauthorized"));
        var batch = ExporterFixture.Batch(Logs("a"));
        batch.MayHaveArrived = true;

        var outcome = await exporter.DeliverAsync(batch, default);
        Assert.Equal(DeliveryStatus.Fatal, outcome.Status);
        Assert.EndsWith("it takes the privileges read and view_index_metadata, or look_up: false", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(0, _cluster.Count());

        Assert.Equal(DeliveryStatus.Delivered, (await careless.DeliverAsync(batch, default)).Status);
        Assert.Equal(DeliveryStatus.Delivered, (await careless.DeliverAsync(batch, default)).Status);
        Assert.Equal((1, 1), (batch.DuplicateCount, _cluster.Count()));
    }

    [Fact]
    public async Task A_span_whose_event_cannot_be_stored_now_is_tried_again_as_a_whole_and_its_other_documents_are_found()
    {
        await using var exporter = await StartAsync();
        _cluster.Faults.OnItem(item => item.Id!.EndsWith("-2", StringComparison.Ordinal) ? ItemFault.TooManyRequests : null);
        var span = new Span { Name = "s", StartTimeUnixNano = (ulong)Now, Events = { new Span.Types.Event { Name = "one" }, new Span.Types.Event { Name = "two" } } };
        var request = new ExportTraceServiceRequest
        {
            ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { span, new Span { Name = "t", StartTimeUnixNano = (ulong)Now } } } } } },
        };
        var batch = ExporterFixture.Batch(_fixture.Segment(Signal.Traces, request));
        Assert.Equal(DeliveryStatus.DeliveredInPart, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal([(0, 0)], batch.Later);
        Assert.True(batch.MayHaveArrived);

        _cluster.Faults.Clear();
        _cluster.Rollover(Stream);
        var rest = ExporterFixture.Batch(batch.Segments[0].Slice(0, 1));
        rest.MayHaveArrived = true;
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(rest, default)).Status);
        Assert.Equal((2, 2), (_cluster.Count("traces-generic.otel-default"), _cluster.Count(Stream)));
        Assert.Equal(0, rest.DuplicateCount);
    }

    [Fact]
    public async Task Metrics_of_one_document_share_its_fate()
    {
        await using var exporter = await StartAsync();
        _cluster.Faults.OnItem(item => Encoding.UTF8.GetString(item.Source.Span).Contains("\"a\":1", StringComparison.Ordinal) ? ItemFault.Malformed : null);
        var batch = ExporterFixture.Batch(Gauges(("a", "x"), ("b", "x"), ("c", "y")));
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal([0, 1], batch.Rejections.Select(rejection => rejection.Record).Order());

        _cluster.Faults.OnItem(_ => ItemFault.Unavailable);
        batch = ExporterFixture.Batch(Gauges(("a", "x"), ("b", "x"), ("c", "y")).Slice(0, 1), Gauges(("d", "z")));
        Assert.Equal(DeliveryStatus.Retry, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal([(0, 0), (1, 0)], batch.Later.Order());
    }

    [Fact]
    public async Task In_a_time_series_stream_a_conflict_is_the_same_document_only_when_it_may_have_come_before()
    {
        _cluster.PutIndexTemplate("series", Series);
        await using var exporter = await StartAsync();
        _cluster.Faults.NextBulks(RequestFault.LostAnswer);
        var run = Gauges(("a", "x"));
        var batch = ExporterFixture.Batch(run);
        Assert.Equal(DeliveryStatus.Retry, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.True(batch.Rejections.Count == 0, string.Join("|", batch.Rejections.Select(rejection => rejection.Reason)));
        Assert.Equal((1, 1), (batch.DuplicateCount, _cluster.Count("metrics-*")));
        Assert.DoesNotContain("0000000000000007", _cluster.Documents("metrics-*").Single().Id, StringComparison.Ordinal);

        batch = ExporterFixture.Batch(Gauges(("a", "x")));
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.StartsWith("another document of the same dimensions and time is there: 409 ", Assert.Single(batch.Rejections).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_a_stream_is_one_of_time_series_is_learned_from_a_refusal_where_it_may_not_be_asked()
    {
        _cluster.PutIndexTemplate("series", Series);
        await using var exporter = await StartAsync();
        _cluster.Faults.OnRequest(request => request.IsBulk || request.Path == "/" ? null : RequestFault.Rejected(403, "security_exception", "action is unauthorized"));
        var batch = ExporterFixture.Batch(Gauges(("a", "x"), ("b", "y")));

        var outcome = await exporter.DeliverAsync(batch, default);
        Assert.True(batch.Rejections.Count == 0, string.Join("|", batch.Rejections.Select(rejection => rejection.Reason)));
        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        batch = ExporterFixture.Batch(batch.Segments);
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Empty(batch.Rejections);
        Assert.Equal(2, _cluster.Count("metrics-*"));
    }

    [Fact]
    public async Task Ids_that_records_bring_are_looked_up_after_a_lost_answer_and_what_a_sender_repeats_is_a_duplicate()
    {
        await using var exporter = await StartAsync(new() { LogsDynamicId = new() { Enabled = true, Attribute = "order", Scope = ["receiver"] } });
        _cluster.Faults.NextBulks(RequestFault.LostAnswer);
        var batch = ExporterFixture.Batch(Orders("webhook", "1", "2"));
        Assert.Equal(DeliveryStatus.Retry, (await exporter.DeliverAsync(batch, default)).Status);
        _cluster.Rollover(Stream);

        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal(["webhook/1", "webhook/2"], _cluster.Documents(Stream).Select(document => document.Id));
        Assert.Equal(2, batch.DuplicateCount);

        // Other records of the same ids: as long as they meet in one index, they are the same document. Another receiver's are others.
        Assert.Equal(0, await RepeatAsync("webhook", "3", "4"));
        Assert.Equal(1, await RepeatAsync("webhook", "4", "5"));
        Assert.Equal(0, await RepeatAsync("cloudevents", "4"));
        Assert.Equal(6, _cluster.Count(Stream));

        async Task<int> RepeatAsync(string receiver, params string[] orders)
        {
            var repeated = ExporterFixture.Batch(Orders(receiver, orders));
            Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(repeated, default)).Status);
            return repeated.DuplicateCount;
        }
    }

    [Fact]
    public async Task A_record_without_the_id_that_is_required_is_refused_alone()
    {
        await using var exporter = await StartAsync(new() { LogsDynamicId = new() { Enabled = true, Attribute = "order", Required = true } });
        var batch = ExporterFixture.Batch(Orders("webhook", "1", null, "3"));

        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        var rejection = Assert.Single(batch.Rejections);
        Assert.Equal((1, "it lacks its attribute order, which is the id of its document"), (rejection.Record, rejection.Reason));
        Assert.Equal(["1", "3"], _cluster.Documents(Stream).Select(document => document.Id));
    }

    [Fact]
    public async Task A_span_that_is_sent_twice_is_one_document_and_its_events_too()
    {
        await using var exporter = await StartAsync(new() { TracesDynamicId = new() { Enabled = true, From = NaturalIdSource.Span } });
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(Convert.FromHexString("0af7651916cd43dd8448eb211c80319c")),
            SpanId = ByteString.CopyFrom(Convert.FromHexString("b7ad6b7169203331")),
            StartTimeUnixNano = (ulong)Now,
            Events = { new Span.Types.Event { Name = "one" } },
        };
        var request = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { span, span } } } } } };
        var batch = ExporterFixture.Batch(_fixture.Segment(Signal.Traces, request), _fixture.Segment(Signal.Traces, request));

        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, default)).Status);
        Assert.Equal(3, batch.DuplicateCount);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", Assert.Single(_cluster.Documents("traces-*")).Id);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1", Assert.Single(_cluster.Documents("logs-*")).Id);
    }

    private static bool Has(StandinItem item, string body) => Encoding.UTF8.GetString(item.Source.Span).Contains($"{{\"text\":\"{body}\"}}", StringComparison.Ordinal);

    private DeliverySegment Logs(params string[] bodies) => _fixture.Segment(Signal.Logs, new ExportLogsServiceRequest
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                ScopeLogs =
                {
                    new ScopeLogs { LogRecords = { bodies.Select(body => new LogRecord { TimeUnixNano = (ulong)Now, Body = new AnyValue { StringValue = body } }) } },
                },
            },
        },
    });

    /// <summary>Logs of orders, one for each id; null for one without.</summary>
    private DeliverySegment Orders(string receiver, params string?[] ids)
    {
        var logs = ids.Select(id =>
        {
            var log = new LogRecord { TimeUnixNano = (ulong)Now, Body = new AnyValue { StringValue = "order" } };
            if (id is not null)
            {
                log.Attributes.Add(new KeyValue { Key = "order", Value = new AnyValue { StringValue = id } });
            }

            return log;
        });
        var request = new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { logs } } } } } };
        return _fixture.Segment(Signal.Logs, request) with { Context = new RequestContext { Receiver = receiver }.Encoded.ToArray() };
    }

    private DeliverySegment Gauges(params (string Name, string Route)[] metrics) => _fixture.Segment(Signal.Metrics, new ExportMetricsServiceRequest
    {
        ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { metrics.Select(metric => Gauge(metric.Name, metric.Route)) } } } } },
    });

    private static Metric Gauge(string name, string route) => new()
    {
        Name = name,
        Gauge = new Gauge
        {
            DataPoints =
            {
                new NumberDataPoint { TimeUnixNano = (ulong)Now, AsInt = 1, Attributes = { new KeyValue { Key = "route", Value = new AnyValue { StringValue = route } } } },
            },
        },
    };

    private ElasticsearchExporterOptions Options() => new() { Endpoint = _node!.Address };

    private async Task<IExporter> StartAsync(ElasticsearchExporterOptions? options = null)
    {
        _node = await StandinNode.StartAsync(_cluster);
        return await _fixture.StartAsync(new ElasticsearchExporterFactory(), (options ?? new()) with { Endpoint = _node.Address });
    }
}
