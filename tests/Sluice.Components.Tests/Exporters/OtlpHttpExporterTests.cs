using System.Net.Sockets;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Components.Exporters.Otlp;
using Sluice.Components.Exporters.OtlpHttpExporter;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Components;
using Sluice.Testing.Otlp;
using Sluice.Testing.Sinks;
using Sluice.Transport.HttpClients;
using Sluice.Transport.Rpc;

namespace Sluice.Components.Tests.Exporters;

public sealed class OtlpHttpExporterTests : IAsyncDisposable
{
    private readonly ExporterFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    public static MatrixTheoryData<Signal, ClientCompression> Bodies => new(Enum.GetValues<Signal>(), Enum.GetValues<ClientCompression>());

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_request_is_the_entries_byte_for_byte(Signal signal, ClientCompression compression)
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(new() { Endpoint = sink.Http, Compression = compression });
        var generator = new OtlpGenerator(41, new OtlpGeneratorOptions { UnknownFields = true });
        IMessage[] requests = [.. Enumerable.Range(0, 12).Select(_ => generator.Request(signal)).Append(Large(signal))];

        var outcome = await ExporterFixture.DeliverAsync(exporter, [.. requests.Select(request => _fixture.Segment(signal, request))]);

        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);
        var request = Assert.Single(sink.Requests);
        Assert.Equal(signal, request.Signal);
        Assert.Equal(requests.SelectMany(part => part.ToByteArray()), request.Message);
        Assert.Equal(compression == ClientCompression.None ? null : ClientCompressions.NameOf(compression), request.Headers.GetValueOrDefault("content-encoding"));
    }

    [Fact]
    public async Task A_part_of_an_entry_goes_with_its_resource_and_without_the_rest()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(new() { Endpoint = sink.Http });
        var segment = _fixture.Segment(Signal.Logs, Request("a", "b", "c", "d"));

        await ExporterFixture.DeliverAsync(exporter, segment.Slice(1, 2), _fixture.Segment(Signal.Logs, Request("e")));

        Assert.Equal(["b", "c", "e"], sink.Requests.Single().Names);
    }

    [Theory]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Metrics)]
    public async Task In_json_the_entries_are_one_document(Signal signal)
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(new() { Endpoint = sink.Http, Encoding = ExportEncoding.Json });
        var generator = new OtlpGenerator(42);
        IMessage[] requests = [.. Enumerable.Range(0, 8).Select(_ => generator.Request(signal))];

        // An exporter is never given a run of no records.
        await ExporterFixture.DeliverAsync(exporter, [.. requests.Select(request => _fixture.Segment(signal, request)).Where(segment => segment.Count > 0)]);

        var request = Assert.Single(sink.Requests);
        Assert.Equal("application/json", request.Headers["content-type"]);
        var together = OtlpGenerator.Parse(signal, [.. requests.SelectMany(part => part.ToByteArray())]);
        Assert.Equal(WithoutEmpty(signal, together), ProtoJsonOracle.Parse(signal, request.Message));
    }

    [Fact]
    public async Task Headers_are_sent_with_a_name_of_our_own_unless_another_is_given()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var plain = await StartAsync(new() { Endpoint = sink.Http });
        await using var named = await StartAsync(new()
        {
            Endpoint = sink.Http + "/",
            Headers = new Dictionary<string, Secret> { ["x-tenant"] = new("a b"), ["User-Agent"] = new("probe/1") },
        });

        await ExporterFixture.DeliverAsync(plain, Segment("a"));
        await ExporterFixture.DeliverAsync(named, Segment("b"));

        Assert.StartsWith("Sluice/", sink.Requests[0].Headers["user-agent"], StringComparison.Ordinal);
        Assert.Equal(("a b", "probe/1"), (sink.Requests[1].Headers["x-tenant"], sink.Requests[1].Headers["user-agent"]));
    }

    [Fact]
    public async Task A_connection_is_used_again_unless_that_is_switched_off()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var keeping = await StartAsync(new() { Endpoint = sink.Http });
        await using var closing = await StartAsync(new() { Endpoint = sink.Http, DisableKeepAlives = true });
        for (var i = 0; i < 4; i++)
        {
            await ExporterFixture.DeliverAsync(keeping, Segment("kept"));
            await ExporterFixture.DeliverAsync(closing, Segment("closed"));
        }

        Assert.Single(sink.Requests.Where(request => request.Names[0] == "kept").Select(request => request.Connection).Distinct());
        Assert.Equal(4, sink.Requests.Where(request => request.Names[0] == "closed").Select(request => request.Connection).Distinct().Count());
    }

    [Theory]
    [InlineData(200, DeliveryStatus.Delivered)]
    [InlineData(202, DeliveryStatus.Delivered)]
    [InlineData(204, DeliveryStatus.Delivered)]
    [InlineData(301, DeliveryStatus.Fatal)]
    [InlineData(308, DeliveryStatus.Fatal)]
    [InlineData(400, DeliveryStatus.RejectedWhole)]
    [InlineData(401, DeliveryStatus.Fatal)]
    [InlineData(403, DeliveryStatus.Fatal)]
    [InlineData(404, DeliveryStatus.Fatal)]
    [InlineData(405, DeliveryStatus.Fatal)]
    [InlineData(408, DeliveryStatus.RejectedWhole)]
    [InlineData(413, DeliveryStatus.TooLarge)]
    [InlineData(415, DeliveryStatus.Fatal)]
    [InlineData(422, DeliveryStatus.RejectedWhole)]
    [InlineData(429, DeliveryStatus.Retry)]
    [InlineData(500, DeliveryStatus.RejectedWhole)]
    [InlineData(501, DeliveryStatus.RejectedWhole)]
    [InlineData(502, DeliveryStatus.Retry)]
    [InlineData(503, DeliveryStatus.Retry)]
    [InlineData(504, DeliveryStatus.Retry)]
    public async Task A_status_decides_what_becomes_of_the_batch(int status, DeliveryStatus expected)
    {
        await using var sink = await OtlpSink.StartAsync();
        sink.AnswerWith(_ => status == 204 ? new SinkAnswer(true, context => Task.FromResult(context.Response.StatusCode = 204)) : SinkAnswer.Status(status));
        await using var exporter = await StartAsync(new() { Endpoint = sink.Http });

        var outcome = await ExporterFixture.DeliverAsync(exporter, Segment("a"));

        Assert.Equal(expected, outcome.Status);
        Assert.Null(outcome.RetryAfter);
        Assert.True(expected == DeliveryStatus.Delivered || outcome.Reason.Contains($" answered {status}", StringComparison.Ordinal), outcome.Reason);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("Thu, 01 Jan 2026 00:00:42 GMT", 42)]
    [InlineData("Wed, 31 Dec 2025 23:59:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData("-3", null)]
    public async Task Retry_after_is_a_number_of_seconds_or_a_date(string header, int? seconds)
    {
        await using var sink = await OtlpSink.StartAsync();
        sink.AnswerWith(_ => SinkAnswer.Status(503, "", "text/plain", ("Retry-After", header)));
        await using var exporter = await StartAsync(new() { Endpoint = sink.Http });

        var outcome = await ExporterFixture.DeliverAsync(exporter, Segment("a"));

        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        Assert.Equal(seconds is null ? null : TimeSpan.FromSeconds(seconds.Value), outcome.RetryAfter);
    }

    [Fact]
    public async Task What_the_server_says_is_the_reason()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(new() { LogsEndpoint = sink.Http + "/v1/logs?key=hidden" });
        SinkAnswer[] answers =
        [
            new(false, async context =>
            {
                context.Response.StatusCode = 400;
                context.Response.ContentType = "application/x-protobuf";
                await context.Response.Body.WriteAsync(new RpcStatus(RpcCode.InvalidArgument, "line\nbreak").ToProtobuf());
            }),
            SinkAnswer.Status(400, """{"code":3,"message":"no tenant"}""", "application/json"),
            SinkAnswer.Status(400, "<html>something long</html>", "text/html"),
            SinkAnswer.Status(301, "", "text/plain", ("Location", "https://elsewhere/v1/logs?key=hidden")),
        ];
        var reasons = new List<string>();
        foreach (var answer in answers)
        {
            sink.AnswerWith(_ => answer);
            reasons.Add((await ExporterFixture.DeliverAsync(exporter, Segment("a"))).Reason);
        }

        Assert.Equal(
            [
                $"{sink.Http}/v1/logs answered 400 Bad Request: line break",
                $"{sink.Http}/v1/logs answered 400 Bad Request: no tenant",
                $"{sink.Http}/v1/logs answered 400 Bad Request",
                $"{sink.Http}/v1/logs answered 301 Moved Permanently: it is at https://elsewhere/v1/logs; set the endpoint to that",
            ],
            reasons);
    }

    [Fact]
    public async Task A_partial_success_counts_what_was_rejected_and_warns_now_and_then()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(new() { Endpoint = sink.Http });
        int[] counts = [.. await PartlyAsync(SinkAnswer.PartialSuccess(1, "too old")),
            .. await PartlyAsync(SinkAnswer.Status(200, """{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too new"}}""", "application/json")),
            .. await PartlyAsync(SinkAnswer.PartialSuccess(99, "more than there are")),
            .. await PartlyAsync(SinkAnswer.PartialSuccess(0, "only a word of warning")),
            .. await PartlyAsync(SinkAnswer.Status(200, "{}", "application/json"))];

        Assert.Equal([1, 2, 3, 0, 0], counts);
        Assert.Equal("The server took a request of 3 records, 1 log records were refused since the last warning; it says: too old", Assert.Single(_fixture.Log));
        _fixture.Time.Advance(TimeSpan.FromSeconds(11));
        await PartlyAsync(SinkAnswer.PartialSuccess(1, "again"));
        Assert.Equal("The server took a request of 3 records, 102 log records were refused since the last warning; it says: again", _fixture.Log[^1]);

        async Task<int[]> PartlyAsync(SinkAnswer answer)
        {
            sink.AnswerWith(_ => answer);
            var batch = ExporterFixture.Batch(Segment("a", "b", "c"));
            Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, CancellationToken.None)).Status);
            return [batch.UnnamedRejections];
        }
    }

    [Theory]
    [InlineData("text/plain", "ok", DeliveryStatus.Delivered)]
    [InlineData("text/html", "<html>sign in</html>", DeliveryStatus.Retry)]
    [InlineData("application/x-protobuf", "\n\u007f", DeliveryStatus.Retry)]
    [InlineData("application/json", "{\"partialSuccess\":", DeliveryStatus.Retry)]
    [InlineData("application/json", "[]", DeliveryStatus.Retry)]
    [InlineData("application/json", "{\"partialSuccess\":{\"rejectedLogRecords\":\"many\"}}", DeliveryStatus.Retry)]
    [InlineData("application/json", "{\"partialSuccess\":null,\"other\":1}", DeliveryStatus.Delivered)]
    public async Task A_success_must_not_claim_to_be_a_response_that_it_is_not(string type, string body, DeliveryStatus expected)
    {
        await using var sink = await OtlpSink.StartAsync();
        sink.AnswerWith(_ => SinkAnswer.Status(200, body, type));
        await using var exporter = await StartAsync(new() { Endpoint = sink.Http });

        Assert.Equal(expected, (await ExporterFixture.DeliverAsync(exporter, Segment("a"))).Status);
    }

    [Fact]
    public async Task A_response_without_end_is_read_up_to_a_limit()
    {
        await using var sink = await OtlpSink.StartAsync();
        sink.AnswerWith(_ => SinkAnswer.Status(200, new string(' ', 1 << 20), "application/json"));
        await using var exporter = await StartAsync(new() { Endpoint = sink.Http });

        Assert.Equal(DeliveryStatus.Retry, (await ExporterFixture.DeliverAsync(exporter, Segment("a"))).Status);
    }

    public static TheoryData<string> Breakages => ["refuse", "reset", "close", "half-close", "garbage", "short body", "short head", "reset while reading"];

    [Theory]
    [MemberData(nameof(Breakages))]
    public async Task A_broken_connection_is_tried_again(string breakage)
    {
        await using var server = new RawServer(async (socket, cancel) =>
        {
            if (breakage == "reset while reading")
            {
                socket.LingerState = new LingerOption(true, 0);
                await socket.ReceiveAsync(new byte[100], cancel);
                return;
            }

            await RawServer.ReadRequestAsync(socket, cancel);
            switch (breakage)
            {
                case "reset":
                    socket.LingerState = new LingerOption(true, 0);
                    break;
                case "half-close":
                    socket.Shutdown(SocketShutdown.Send);
                    await socket.ReceiveAsync(new byte[1], cancel);
                    break;
                case "garbage":
                    await socket.SendAsync("SSH-2.0-OpenSSH_9.2\r\n\r\n"u8.ToArray(), cancel);
                    break;
                case "short body":
                    await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 50\r\n\r\nxx"u8.ToArray(), cancel);
                    break;
                case "short head":
                    await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Ty"u8.ToArray(), cancel);
                    break;
            }
        });
        var address = server.Address;
        if (breakage == "refuse")
        {
            await server.DisposeAsync();
        }

        await using var exporter = await StartAsync(new() { Endpoint = $"http://{address}", Compression = ClientCompression.None });

        var outcome = await ExporterFixture.DeliverAsync(exporter, _fixture.Segment(Signal.Logs, Large(Signal.Logs)), Segment("a"));

        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        Assert.StartsWith($"http://{address}/v1/logs: ", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_that_is_cut_off_lets_go_of_the_memory_whether_the_server_reads_or_not()
    {
        await using var sink = await OtlpSink.StartAsync();
        var never = new TaskCompletionSource();
        sink.AnswerWith(_ => SinkAnswer.Taken.After(never.Task));
        await using var deaf = new RawServer((_, cancel) => never.Task.WaitAsync(cancel));
        foreach (var (endpoint, hasIt) in ((string, Func<bool>)[])[(sink.Http, () => sink.Requests.Count > 0), ($"http://{deaf.Address}", () => deaf.Connections > 0)])
        {
            await using var exporter = await StartAsync(new() { Endpoint = endpoint, Compression = ClientCompression.None });
            using var cut = new CancellationTokenSource();
            var delivery = exporter.DeliverAsync(ExporterFixture.Batch(_fixture.Segment(Signal.Logs, Large(Signal.Logs, 30))), cut.Token).AsTask();
            await Eventually.TrueAsync(hasIt, "the server has it");
            Assert.False(delivery.IsCompleted);
            await cut.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
        }
    }

    [Fact]
    public async Task A_server_that_refuses_the_size_without_reading_the_body_is_heard()
    {
        await using var server = new RawServer(async (socket, cancel) =>
        {
            await socket.ReceiveAsync(new byte[1000], cancel);
            await socket.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), cancel);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(new byte[64 << 10], cancel) > 0)
            {
                // What is on its way is taken and thrown away, as servers do that want their answer to be read.
            }
        });
        await using var exporter = await StartAsync(new() { Endpoint = $"http://{server.Address}", Compression = ClientCompression.None });

        var outcome = await ExporterFixture.DeliverAsync(exporter, _fixture.Segment(Signal.Logs, Large(Signal.Logs, 10)));

        Assert.Equal(DeliveryStatus.TooLarge, outcome.Status);
    }

    [Fact]
    public async Task A_signal_without_an_address_needs_help()
    {
        await using var exporter = await StartAsync(new() { TracesEndpoint = "http://127.0.0.1:9/v1/traces" });

        var outcome = await ExporterFixture.DeliverAsync(exporter, Segment("a"));

        Assert.Equal(DeliveryStatus.Fatal, outcome.Status);
        Assert.Equal("there is no address for logs: give endpoint or logs_endpoint, or take it out of the pipelines of logs", outcome.Reason);
    }

    private DeliverySegment Segment(params string[] names) => _fixture.Segment(Signal.Logs, Request(names));

    private static ExportLogsServiceRequest Request(params string[] names) => ExportLogsServiceRequest.Parser.ParseFrom(TestRequests.Encode(Signal.Logs, names));

    private static IMessage Large(Signal signal, int factor = 1) =>
        OtlpGenerator.Parse(signal, TestRequests.Encode(signal, Enumerable.Range(0, 20 * factor).Select(i => $"{i}" + new string('x', 20_000))));

    /// <summary>Resources and scopes without records are not among what an exporter is given.</summary>
    private static IMessage WithoutEmpty(Signal signal, IMessage request)
    {
        using var pool = new Sluice.Buffers.BufferPool();
        using var batch = TestRequests.Index(signal, request.ToByteArray(), new TelemetryPool(pool));
        using var text = new Sluice.Buffers.PooledBufferWriter(pool, "test");
        Sluice.Telemetry.Otlp.Json.OtlpJsonWriter.Write(batch, text);
        return ProtoJsonOracle.Parse(signal, text.WrittenSpan.ToArray());
    }

    private Task<IExporter> StartAsync(OtlpHttpExporterOptions options) => _fixture.StartAsync(new OtlpHttpExporterFactory(), options);
}
