using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using Google.Rpc;
using Sluice.Testing;
using Sluice.Transport.Tests.Support;

namespace Sluice.Transport.Tests.Grpc;

public sealed class GrpcRouterTests
{
    private const int Internal = 13;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;
    private static readonly byte[] Message = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc; charset=utf-8")]
    public async Task A_message_comes_back_with_status_OK_in_the_trailers(string contentType)
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Message), contentType: contentType);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/grpc", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(Frame(Message), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
        Assert.False(answer.Headers.Contains("grpc-status"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4096)]
    public async Task A_message_in_pieces_is_read_whole(int pieceLength)
    {
        await using var server = await GrpcTestServer.StartAsync();
        var message = Message[..600];

        using var answer = await CallAsync(server, Frame(message), pieceLength: pieceLength);

        Assert.Equal(Frame(message), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame([]));

        Assert.Equal(new byte[5], await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_gzip_message_is_inflated()
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Gzip(Message), flag: 1), encoding: "gzip");

        Assert.Equal(Frame(Message), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("identity")]
    public async Task A_plain_message_may_stand_under_any_encoding(string encoding)
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Message), encoding: encoding);

        Assert.Equal(Frame(Message), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_prefix_of_a_call_is_refused()
    {
        await using var server = await GrpcTestServer.StartAsync();
        var frame = Frame(Message[..40]);
        for (var length = 0; length < frame.Length; length++)
        {
            using var answer = await CallAsync(server, frame[..length]);
            await AssertFailedAsync(answer, Internal, "the call ended");
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(128)]
    [InlineData(255)]
    public async Task An_unknown_flag_is_refused(byte flag)
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Message, flag));

        await AssertFailedAsync(answer, Internal, $"grpc: received unexpected payload format {flag}");
    }

    [Fact]
    public async Task Data_after_the_message_is_refused()
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, [.. Frame(Message), 0]);

        await AssertFailedAsync(answer, Internal, "data follows the message of a unary call");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    public async Task A_compressed_message_needs_an_encoding(string? encoding)
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Gzip(Message), flag: 1), encoding: encoding);

        await AssertFailedAsync(answer, Internal, "grpc: compressed flag set with identity or empty encoding");
    }

    [Fact]
    public async Task An_unknown_encoding_is_unimplemented_and_the_known_are_named()
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Message, flag: 1), encoding: "snappy");

        await AssertFailedAsync(answer, Unimplemented, "grpc: Decompressor is not installed for grpc-encoding \"snappy\"");
        Assert.Equal("identity,gzip", answer.Headers.GetValues("grpc-accept-encoding").Single());
    }

    [Fact]
    public async Task A_truncated_gzip_message_is_refused()
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Gzip(Message)[..^9], flag: 1), encoding: "gzip");

        await AssertFailedAsync(answer, Internal, "grpc: failed to decompress");
    }

    [Fact]
    public async Task A_message_beyond_the_limit_is_refused_before_it_is_read()
    {
        await using var server = await GrpcTestServer.StartAsync(maxSize: 1000);

        using var answer = await CallAsync(server, Frame(Message));

        await AssertFailedAsync(answer, ResourceExhausted, "grpc: received message larger than max (5000 vs. 1000)");
        Assert.False(answer.Headers.Contains("grpc-status-details-bin"));
    }

    [Fact]
    public async Task A_length_that_claims_4_GiB_costs_no_memory()
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, [0, 255, 255, 255, 255, 1]);

        await AssertFailedAsync(answer, ResourceExhausted, "grpc: received message larger than max (4294967295 vs. 4194304)");
        Assert.Equal(0, server.Pool.RetainedBytes);
    }

    [Fact]
    public async Task A_bomb_is_refused_at_the_limit()
    {
        await using var server = await GrpcTestServer.StartAsync(maxSize: 1 << 20, budget: 8 << 20);

        using var answer = await CallAsync(server, Frame(Gzip(new byte[50 << 20]), flag: 1), encoding: "gzip");

        await AssertFailedAsync(answer, ResourceExhausted, "grpc: received message after decompression larger than max 1048576");
        Assert.True(server.Pool.RetainedBytes <= 4 << 20);
    }

    [Fact]
    public async Task A_message_beyond_the_budget_may_be_retried()
    {
        await using var server = await GrpcTestServer.StartAsync(budget: 4096);

        using var answer = await CallAsync(server, Frame(Message));

        await AssertFailedAsync(answer, ResourceExhausted, "the memory for requests in flight is in use");
        Assert.Equal(TimeSpan.FromSeconds(1), Details(answer).Details.Single().Unpack<RetryInfo>().RetryDelay.ToTimeSpan());
    }

    [Fact]
    public async Task An_error_has_no_body_an_encoded_message_and_its_details()
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame([]), "/test.Echo/Busy");

        Assert.Equal("14", answer.Headers.GetValues("grpc-status").Single());
        Assert.Equal("100%25 b%C3%BCsy%0A", answer.Headers.GetValues("grpc-message").Single());
        var details = Details(answer);
        Assert.Equal((14, "100% büsy\n"), (details.Code, details.Message));
        Assert.Equal(TimeSpan.FromSeconds(2), details.Details.Single().Unpack<RetryInfo>().RetryDelay.ToTimeSpan());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/test.Echo/Shout", "unknown method Shout for service test.Echo")]
    [InlineData("/test.Other/Say", "unknown service test.Other")]
    [InlineData("/", "unknown service ")]
    [InlineData("/say", "unknown service say")]
    public async Task What_is_not_served_is_unimplemented(string path, string message)
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Message), path);

        await AssertFailedAsync(answer, Unimplemented, message);
    }

    [Fact]
    public async Task What_a_method_throws_is_an_internal_error_without_details()
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Message), "/test.Echo/Throw");

        await AssertFailedAsync(answer, Internal, "internal error; the log of the server has the details");
    }

    [Theory]
    [InlineData("GET", "application/grpc", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("POST", "application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("POST", "application/grpc+json", HttpStatusCode.UnsupportedMediaType)]
    public async Task What_is_not_gRPC_gets_an_HTTP_error(string method, string contentType, HttpStatusCode expected)
    {
        await using var server = await GrpcTestServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/test.Echo/Say")
        {
            Content = new ByteArrayContent(Frame([])),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_malformed_timeout_is_refused()
    {
        await using var server = await GrpcTestServer.StartAsync();

        using var answer = await CallAsync(server, Frame(Message), timeout: "5 s");

        await AssertFailedAsync(answer, Internal, "malformed grpc-timeout \"5 s\"");
    }

    [Fact]
    public async Task A_call_that_stalls_past_its_timeout_is_ended()
    {
        var time = new ManualTimeProvider();
        await using var server = await GrpcTestServer.StartAsync(time: time);
        var sending = new TaskCompletionSource<Stream>();
        var sent = new TaskCompletionSource();
        using var content = new StallingContent(Frame(Message)[..100], sending, sent.Task);

        var call = CallAsync(server, content, timeout: "5S");
        await sending.Task;
        await Eventually.TrueAsync(() => time.ArmedTimers > 0, "the read waits");
        time.Advance(TimeSpan.FromSeconds(5));

        using var answer = await call;
        Assert.Equal("4", answer.Headers.GetValues("grpc-status").Single());
        sent.SetResult();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_gives_everything_back()
    {
        await using var server = await GrpcTestServer.StartAsync();
        var sending = new TaskCompletionSource<Stream>();
        using var content = new StallingContent(Frame(Message)[..100], sending, new TaskCompletionSource().Task);
        using var cancel = new CancellationTokenSource();

        var call = CallAsync(server, content, cancellationToken: cancel.Token);
        await sending.Task;
        await Eventually.TrueAsync(() => server.Pool.RentedCount > 0, "the message is being read");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.TrueAsync(() => server.Pool.RentedCount == 0 && server.Budget.Used == 0, "memory and budget are back");
    }

    private static async Task AssertFailedAsync(HttpResponseMessage answer, int code, string message)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(code.ToString(CultureInfo.InvariantCulture), answer.Headers.GetValues("grpc-status").Single());
        Assert.StartsWith(message, Uri.UnescapeDataString(answer.Headers.GetValues("grpc-message").Single()), StringComparison.Ordinal);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static Status Details(HttpResponseMessage answer)
    {
        var text = answer.Headers.GetValues("grpc-status-details-bin").Single();
        return Status.Parser.ParseFrom(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
    }

    private static Task<HttpResponseMessage> CallAsync(
        TestServer server,
        byte[] body,
        string path = "/test.Echo/Say",
        string? encoding = null,
        string? timeout = null,
        string contentType = "application/grpc",
        int pieceLength = 100_000) => CallAsync(server, new PiecewiseContent(body, pieceLength), path, encoding, timeout, contentType);

    private static Task<HttpResponseMessage> CallAsync(
        TestServer server,
        HttpContent content,
        string path = "/test.Echo/Say",
        string? encoding = null,
        string? timeout = null,
        string contentType = "application/grpc",
        CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
        {
            request.Headers.Add("grpc-encoding", encoding);
        }

        if (timeout is not null)
        {
            request.Headers.Add("grpc-timeout", timeout);
        }

        return server.Client.SendAsync(request, cancellationToken);
    }

    private static byte[] Frame(byte[] message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static byte[] Gzip(byte[] message)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(message);
        }

        return output.ToArray();
    }

    /// <summary>Sends a part, and the rest never.</summary>
    private sealed class StallingContent(byte[] part, TaskCompletionSource<Stream> sending, Task end) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(part, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            sending.TrySetResult(stream);
            await end.WaitAsync(cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
