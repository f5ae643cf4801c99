using System.Net.Sockets;
using Sluice.Components.Exporters.HttpExporter;
using Sluice.Components.Exporters.HttpStatuses;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Components;
using Sluice.Testing.Otlp;
using Sluice.Testing.Sinks;
using Sluice.Transport.HttpClients;
using IMessage = Google.Protobuf.IMessage;

namespace Sluice.Components.Tests.Exporters.HttpExporter;

public sealed class HttpExporterTests
{
    [Fact]
    public async Task A_request_has_the_method_the_address_and_the_headers_that_are_configured()
    {
        await using var test = await HttpExporterUnderTest.StartAsync(
            new()
            {
                Method = HttpExportMethod.Patch,
                ContentType = "application/vnd.example+json; charset=utf-8",
                Headers = new Dictionary<string, Secret> { ["X-Api-Key"] = new("k"), ["User-Agent"] = new("probe/1") },
            },
            "/a/b?c=d");

        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(test.Segment("a"))).Status);

        var request = Assert.Single(test.Sink.Requests);
        Assert.Equal(("PATCH", "/a/b?c=d"), (request.Method, request.Target));
        Assert.Equal("application/vnd.example+json; charset=utf-8", request.Headers["content-type"]);
        Assert.Equal(("k", "probe/1"), (request.Headers["x-api-key"], request.Headers["user-agent"]));
        Assert.DoesNotContain(request.Headers.Keys, name => name.StartsWith("webhook-", StringComparison.Ordinal) || name == "content-encoding");
    }

    [Theory]
    [InlineData(ClientCompression.Gzip)]
    [InlineData(ClientCompression.Deflate)]
    public async Task A_compressed_request_holds_the_same(ClientCompression compression)
    {
        await using var plain = await HttpExporterUnderTest.StartAsync(new());
        await using var packed = await HttpExporterUnderTest.StartAsync(new() { Compression = compression });
        string[] names = [.. Enumerable.Range(0, 500).Select(i => $"record {i}")];

        await plain.DeliverAsync(plain.Segment(names));
        await packed.DeliverAsync(packed.Segment(names));

        Assert.Equal(plain.Sink.Requests[0].Body, packed.Sink.Requests[0].Body);
        Assert.Equal(ClientCompressions.NameOf(compression), packed.Sink.Requests[0].Headers["content-encoding"]);
        Assert.True(int.Parse(packed.Sink.Requests[0].Headers["content-length"]) * 3 < packed.Sink.Requests[0].Body.Length);
    }

    [Theory]
    [InlineData(200, DeliveryStatus.Delivered)]
    [InlineData(308, DeliveryStatus.Fatal)]
    [InlineData(400, DeliveryStatus.RejectedWhole)]
    [InlineData(401, DeliveryStatus.Fatal)]
    [InlineData(409, DeliveryStatus.Delivered)]
    [InlineData(413, DeliveryStatus.TooLarge)]
    [InlineData(418, DeliveryStatus.TooLarge)]
    [InlineData(422, DeliveryStatus.RejectedWhole)]
    [InlineData(429, DeliveryStatus.Retry)]
    [InlineData(500, DeliveryStatus.RejectedWhole)]
    [InlineData(503, DeliveryStatus.Retry)]
    public async Task A_status_decides_what_becomes_of_the_batch(int status, DeliveryStatus expected)
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new()
        {
            OnStatus = new Dictionary<string, StatusAction> { ["409"] = StatusAction.Deliver, ["500"] = StatusAction.Reject, ["418"] = StatusAction.Split },
        });
        test.Sink.AnswerWith(_ => SinkAnswer.Status(status));

        var outcome = await test.DeliverAsync(test.Segment("a"));

        Assert.Equal(expected, outcome.Status);
        Assert.True(expected == DeliveryStatus.Delivered || outcome.Reason.StartsWith($"{test.Sink.Address}/in answered {status}", StringComparison.Ordinal), outcome.Reason);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Thu, 01 Jan 2026 00:00:42 GMT", 42)]
    [InlineData("soon", null)]
    public async Task Retry_after_is_a_number_of_seconds_or_a_date(string header, int? seconds)
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new());
        test.Sink.AnswerWith(_ => SinkAnswer.Status(429, "", "text/plain", ("Retry-After", header)));

        var outcome = await test.DeliverAsync(test.Segment("a"));

        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        Assert.Equal(seconds is null ? null : TimeSpan.FromSeconds(seconds.Value), outcome.RetryAfter);
    }

    [Theory]
    [InlineData("application/problem+json", """{"type":"about:blank","title":"No","detail":"field a is missing"}""", ": field a is missing")]
    [InlineData("application/json; charset=utf-8", """{"error":"bad\nline"}""", ": bad line")]
    [InlineData("application/json", """{"error":{"code":7},"title":"No"}""", ": No")]
    [InlineData("application/json", """["no"]""", "")]
    [InlineData("application/json", """{"message":""", "")]
    [InlineData("text/plain", " not today \n", ": not today")]
    [InlineData("text/html", "<html>no</html>", "")]
    public async Task What_the_server_says_is_the_reason(string type, string body, string said)
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new(), "/in?key=hidden");
        test.Sink.AnswerWith(_ => SinkAnswer.Status(400, body, type));

        Assert.Equal($"{test.Sink.Address}/in answered 400 Bad Request{said}", (await test.DeliverAsync(test.Segment("a"))).Reason);
    }

    [Fact]
    public async Task A_redirect_is_told_and_not_followed()
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new());
        test.Sink.AnswerWith(_ => SinkAnswer.Status(307, "", "text/plain", ("Location", "https://elsewhere/in?key=hidden")));

        var outcome = await test.DeliverAsync(test.Segment("a"));

        Assert.Equal(DeliveryStatus.Fatal, outcome.Status);
        Assert.Equal($"{test.Sink.Address}/in answered 307 Temporary Redirect: it is at https://elsewhere/in; set the endpoint to that", outcome.Reason);
        Assert.Single(test.Sink.Requests);
    }

    [Theory]
    [InlineData("refuse", DeliveryStatus.Retry)]
    [InlineData("reset", DeliveryStatus.Retry)]
    [InlineData("close", DeliveryStatus.Retry)]
    [InlineData("garbage", DeliveryStatus.Retry)]
    [InlineData("short head", DeliveryStatus.Retry)]
    [InlineData("short success", DeliveryStatus.Delivered)]
    [InlineData("short refusal", DeliveryStatus.RejectedWhole)]
    public async Task A_connection_that_breaks_before_the_status_is_tried_again(string breakage, DeliveryStatus expected)
    {
        await using var server = new RawServer(async (socket, cancel) =>
        {
            await RawServer.ReadRequestAsync(socket, cancel);
            if (breakage == "reset")
            {
                socket.LingerState = new LingerOption(true, 0);
                return;
            }

            await socket.SendAsync(
                breakage switch
                {
                    "garbage" => "SSH-2.0-OpenSSH_9.2\r\n\r\n"u8.ToArray(),
                    "short head" => "HTTP/1.1 200 OK\r\nContent-Ty"u8.ToArray(),
                    "short success" => "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nxx"u8.ToArray(),
                    "short refusal" => "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 50\r\n\r\nxx"u8.ToArray(),
                    _ => [],
                },
                cancel);
        });
        var address = server.Address;
        if (breakage == "refuse")
        {
            await server.DisposeAsync();
        }

        await using var fixture = new ExporterFixture();
        await using var exporter = await fixture.StartAsync(new HttpExporterFactory(), new HttpExporterOptions { Endpoint = $"http://{address}/in" });

        var outcome = await ExporterFixture.DeliverAsync(exporter, fixture.Segment(Signal.Logs, Request("a")));

        Assert.Equal(expected, outcome.Status);
        Assert.True(expected == DeliveryStatus.Delivered || outcome.Reason.StartsWith($"http://{address}/in", StringComparison.Ordinal), outcome.Reason);
    }

    [Fact]
    public async Task An_attempt_that_is_cut_off_lets_go_of_the_memory()
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new());
        var never = new TaskCompletionSource();
        test.Sink.AnswerWith(_ => SinkAnswer.Taken.After(never.Task));
        using var cut = new CancellationTokenSource();
        var delivery = test.Exporter.DeliverAsync(ExporterFixture.Batch(test.Segment([.. Enumerable.Range(0, 300).Select(i => new string('x', 2_000))])), cut.Token).AsTask();
        await Eventually.TrueAsync(() => test.Sink.Requests.Count > 0, "the server has it");

        await cut.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
    }

    [Fact]
    public async Task A_connection_is_used_again_also_after_refusals()
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new());
        var number = 0;

        // What a refusal says is read; the body of a success is left to the client, which reads on while the next request may be on its way.
        test.Sink.AnswerWith(_ => Interlocked.Increment(ref number) % 2 == 0 ? SinkAnswer.Status(200) : SinkAnswer.Status(503, new string('x', 10_000)));
        for (var i = 0; i < 6; i++)
        {
            await test.DeliverAsync(test.Segment("a"));
        }

        Assert.Single(test.Sink.Requests.Select(request => request.Connection).Distinct());
    }

    [Fact]
    public async Task An_authenticator_has_the_last_word_about_headers()
    {
        await using var sink = await HttpSink.StartAsync();
        await using var fixture = new ExporterFixture { Extensions = new ExtensionSet(new Dictionary<string, IExtension> { ["probe"] = new Authenticator() }) };
        await using var exporter = await fixture.StartAsync(new HttpExporterFactory(), new HttpExporterOptions
        {
            Endpoint = sink.Address,
            Headers = new Dictionary<string, Secret> { ["Authorization"] = new("ours") },
            Auth = new() { Authenticator = "probe" },
        });

        await ExporterFixture.DeliverAsync(exporter, fixture.Segment(Signal.Logs, Request("a")));

        Assert.Equal("theirs", sink.Requests[0].Headers["authorization"]);
    }

    private static IMessage Request(string name) => OtlpGenerator.Parse(Signal.Logs, TestRequests.Encode(Signal.Logs, name));

    private sealed class Authenticator : IExtension, IClientAuthenticator
    {
        public IReadOnlyList<BoundEndpoint> Endpoints => [];

        public Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask ApplyAsync(IOutgoingHeaders headers, CancellationToken cancellationToken)
        {
            headers.Set("Authorization", "theirs");
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
