using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Components.Exporters.OtlpGrpcExporter;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Components;
using Sluice.Testing.Otlp;
using Sluice.Testing.Sinks;
using Sluice.Transport.Grpc;
using Sluice.Transport.Rpc;

namespace Sluice.Components.Tests.Exporters;

public sealed class OtlpGrpcExporterTests : IAsyncDisposable
{
    private readonly ExporterFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    public static MatrixTheoryData<Signal, GrpcCompression> Bodies => new(Enum.GetValues<Signal>(), Enum.GetValues<GrpcCompression>());

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_message_is_the_entries_byte_for_byte(Signal signal, GrpcCompression compression)
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(sink, options => options with { Compression = compression });
        var generator = new OtlpGenerator(41, new OtlpGeneratorOptions { UnknownFields = true });
        IMessage[] requests = [.. Enumerable.Range(0, 12).Select(_ => generator.Request(signal)), Large(signal)];

        var outcome = await ExporterFixture.DeliverAsync(exporter, [.. requests.Select(request => _fixture.Segment(signal, request))]);

        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);
        var request = Assert.Single(sink.Requests);
        Assert.Equal((signal, true), (request.Signal, request.IsGrpc));
        Assert.Equal(requests.SelectMany(part => part.ToByteArray()), request.Message);
    }

    [Fact]
    public async Task Calls_carry_the_time_limit_headers_and_names_that_are_configured()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(sink, options => options with
        {
            Timeout = TimeSpan.FromSeconds(5),
            UserAgent = "probe/1",
            Authority = "sink.example",
            Headers = new Dictionary<string, Secret> { ["x-tenant"] = new("a") },
        });

        await ExporterFixture.DeliverAsync(exporter, Segment("a"));

        var headers = sink.Requests.Single().Headers;
        Assert.Equal(("5000000u", "a", "probe/1", "sink.example"), (headers["grpc-timeout"], headers["x-tenant"], headers["user-agent"], headers["host"]));
    }

    [Theory]
    [InlineData(RpcCode.Cancelled, DeliveryStatus.Retry, true)]
    [InlineData(RpcCode.Unknown, DeliveryStatus.RejectedWhole, false)]
    [InlineData(RpcCode.InvalidArgument, DeliveryStatus.RejectedWhole, false)]
    [InlineData(RpcCode.DeadlineExceeded, DeliveryStatus.Retry, true)]
    [InlineData(RpcCode.NotFound, DeliveryStatus.Fatal, false)]
    [InlineData(RpcCode.AlreadyExists, DeliveryStatus.RejectedWhole, false)]
    [InlineData(RpcCode.PermissionDenied, DeliveryStatus.Fatal, false)]
    [InlineData(RpcCode.ResourceExhausted, DeliveryStatus.Retry, true)]
    [InlineData(RpcCode.FailedPrecondition, DeliveryStatus.RejectedWhole, false)]
    [InlineData(RpcCode.Aborted, DeliveryStatus.Retry, true)]
    [InlineData(RpcCode.OutOfRange, DeliveryStatus.Retry, true)]
    [InlineData(RpcCode.Unimplemented, DeliveryStatus.Fatal, false)]
    [InlineData(RpcCode.Internal, DeliveryStatus.RejectedWhole, false)]
    [InlineData(RpcCode.Unavailable, DeliveryStatus.Retry, true)]
    [InlineData(RpcCode.DataLoss, DeliveryStatus.Retry, true)]
    [InlineData(RpcCode.Unauthenticated, DeliveryStatus.Fatal, false)]
    [InlineData((RpcCode)77, DeliveryStatus.RejectedWhole, false)]
    public async Task A_status_decides_what_becomes_of_the_batch(RpcCode code, DeliveryStatus expected, bool heedsDelay)
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(sink);
        sink.AnswerWith(_ => SinkAnswer.Rpc((int)code, "gr%C3%BC%C3%9Fe 100%25 50%"));
        var bare = await ExporterFixture.DeliverAsync(exporter, Segment("a"));
        sink.AnswerWith(_ => SinkAnswer.Rpc((int)code, "later", new RpcStatus(code, "later", TimeSpan.FromSeconds(2.5)).ToProtobuf()));
        var delayed = await ExporterFixture.DeliverAsync(exporter, Segment("a"));

        // RESOURCE_EXHAUSTED is worth trying again only with a delay.
        Assert.Equal(code == RpcCode.ResourceExhausted ? DeliveryStatus.RejectedWhole : expected, bare.Status);
        Assert.EndsWith(": grüße 100% 50%", bare.Reason, StringComparison.Ordinal);
        Assert.Null(bare.RetryAfter);
        Assert.Equal(expected, delayed.Status);
        Assert.Equal(heedsDelay ? TimeSpan.FromSeconds(2.5) : null, delayed.RetryAfter);
    }

    [Theory]
    [InlineData(400, DeliveryStatus.RejectedWhole)]
    [InlineData(401, DeliveryStatus.Fatal)]
    [InlineData(403, DeliveryStatus.Fatal)]
    [InlineData(404, DeliveryStatus.Fatal)]
    [InlineData(413, DeliveryStatus.TooLarge)]
    [InlineData(429, DeliveryStatus.Retry)]
    [InlineData(500, DeliveryStatus.RejectedWhole)]
    [InlineData(502, DeliveryStatus.Retry)]
    [InlineData(503, DeliveryStatus.Retry)]
    [InlineData(504, DeliveryStatus.Retry)]
    public async Task What_something_in_between_answers_counts_by_its_status_of_http(int status, DeliveryStatus expected)
    {
        await using var sink = await OtlpSink.StartAsync();
        sink.AnswerWith(_ => SinkAnswer.Status(status, "no upstream"));
        await using var exporter = await StartAsync(sink);

        Assert.Equal(expected, (await ExporterFixture.DeliverAsync(exporter, Segment("a"))).Status);
    }

    [Fact]
    public async Task A_partial_success_counts_what_was_rejected()
    {
        await using var sink = await OtlpSink.StartAsync();
        sink.AnswerWith(_ => SinkAnswer.PartialSuccess(2, "too old"));
        await using var exporter = await StartAsync(sink);
        var batch = ExporterFixture.Batch(Segment("a", "b", "c"));

        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Equal(2, batch.UnnamedRejections);
        Assert.Contains("too old", Assert.Single(_fixture.Log), StringComparison.Ordinal);
    }

    public static TheoryData<string> Breakages =>
        ["refuse", "reset", "not http2", "no status", "no grpc", "malformed message", "compressed message", "status that is none"];

    [Theory]
    [MemberData(nameof(Breakages))]
    public async Task A_broken_answer_is_tried_again(string breakage)
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var raw = new RawServer(async (socket, cancel) => await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), cancel));
        var address = breakage == "not http2" ? raw.Address : sink.Grpc;
        sink.AnswerWith(_ => breakage switch
        {
            "reset" => SinkAnswer.Reset,
            "no status" => SinkAnswer.GrpcWithoutStatus,
            "no grpc" => SinkAnswer.GrpcWithoutGrpc,
            "malformed message" => SinkAnswer.Response([0x0A, 0x7F]),
            "compressed message" => SinkAnswer.Response([]) with
            {
                WriteAsync = async context =>
                {
                    context.Response.ContentType = "application/grpc";
                    await context.Response.Body.WriteAsync(new byte[] { 1, 0, 0, 0, 0 });
                    context.Response.AppendTrailer("grpc-status", "0");
                },
            },
            _ => new SinkAnswer(false, context =>
            {
                context.Response.ContentType = "application/grpc";
                context.Response.Headers["grpc-status"] = "fine";
                return Task.CompletedTask;
            }),
        });
        if (breakage == "refuse")
        {
            await sink.DisposeAsync();
        }

        await using var exporter = await _fixture.StartAsync(
            new OtlpGrpcExporterFactory(), new OtlpGrpcExporterOptions { Endpoint = address, Tls = new() { Insecure = true } });

        var outcome = await ExporterFixture.DeliverAsync(exporter, Segment("a"));

        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        Assert.StartsWith(address, outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_before_the_end_of_the_message_lets_go_of_the_memory()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(sink, options => options with { Compression = GrpcCompression.None });
        using var cut = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        sink.AnswerWith(_ => SinkAnswer.Taken.After(never.Task));
        var delivery = exporter.DeliverAsync(ExporterFixture.Batch(_fixture.Segment(Signal.Logs, Large(Signal.Logs))), cut.Token).AsTask();
        await Eventually.TrueAsync(() => sink.Requests.Count > 0, "the server has it");
        await cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
    }

    [Fact]
    public async Task Calls_share_a_connection()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(sink);
        await ExporterFixture.DeliverAsync(exporter, Segment("a"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ExporterFixture.DeliverAsync(exporter, Segment("a"))));

        Assert.Single(sink.Requests.Select(request => request.Connection).Distinct());
    }

    [Theory]
    [InlineData("collector:4317", false, "https://collector:4317/")]
    [InlineData("collector:4317", true, "http://collector:4317/")]
    [InlineData("https://collector:4317", true, "https://collector:4317/")]
    [InlineData("http://collector:4317/", true, "http://collector:4317/")]
    [InlineData("dns:///collector:4317", true, "http://collector:4317/")]
    [InlineData("dns://8.8.8.8/collector:4317", true, "http://collector:4317/")]
    [InlineData("[::1]:4317", true, "http://[::1]:4317/")]
    [InlineData("collector", true, null)]
    [InlineData("collector:0", true, null)]
    [InlineData(":4317", true, null)]
    [InlineData("", true, null)]
    public void An_endpoint_is_host_and_port_in_the_forms_of_the_collector(string endpoint, bool insecure, string? expected) =>
        Assert.Equal(expected, new OtlpGrpcExporterOptions { Endpoint = endpoint, Tls = new() { Insecure = insecure } }.ServerUri?.ToString());

    private DeliverySegment Segment(params string[] names) =>
        _fixture.Segment(Signal.Logs, ExportLogsServiceRequest.Parser.ParseFrom(TestRequests.Encode(Signal.Logs, names)));

    private static IMessage Large(Signal signal) =>
        OtlpGenerator.Parse(signal, TestRequests.Encode(signal, Enumerable.Range(0, 50).Select(i => $"{i}" + new string('x', 20_000))));

    private Task<IExporter> StartAsync(OtlpSink sink, Func<OtlpGrpcExporterOptions, OtlpGrpcExporterOptions>? change = null)
    {
        var options = new OtlpGrpcExporterOptions { Endpoint = sink.Grpc, Tls = new() { Insecure = true } };
        return _fixture.StartAsync(new OtlpGrpcExporterFactory(), change is null ? options : change(options));
    }
}
