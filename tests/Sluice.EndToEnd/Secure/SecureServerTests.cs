using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Processes;
using Sluice.Testing.Sinks;

namespace Sluice.EndToEnd.Secure;

/// <summary>A receiver as one would show it to others: mutual TLS, tokens that change, and a Unix socket for the neighbours.</summary>
public sealed class SecureServerTests : IDisposable
{
    private const string Configuration =
        """
        receivers:
          otlp/tls:
            protocols:
              grpc: &server
                endpoint: 127.0.0.1:0
                tls: {cert_file: server.pem, key_file: server-key.pem, client_ca_file: ca.pem}
                auth: {authenticator: bearertokenauth}
              http: *server
          otlp/local:
            protocols:
              http: {endpoint: ./otlp.sock, transport: unix}
        exporters:
          file: {path: out.jsonl, format: json_lines}
        extensions:
          bearertokenauth: {filename: tokens}
        service:
          extensions: [health_check, bearertokenauth]
          pipelines:
            logs: {receivers: [otlp/tls, otlp/local], exporters: [file]}
        """;

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Those_with_a_certificate_and_a_token_are_served_over_both_protocols()
    {
        await using var sluice = await StartAsync();
        using var certificate = _authority.Issue("client");
        using var client = Client(certificate);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, sluice, HttpVersion.Version11, "token", "one"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, sluice, HttpVersion.Version20, "token", "two"));
        Assert.Equal("0", await CallAsync(client, sluice, "token", "three"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, sluice, HttpVersion.Version11, "toke", "never"));
        Assert.Equal("16", await CallAsync(client, sluice, "", "never"));
        using var stranger = Client(null);
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(stranger, sluice, HttpVersion.Version11, "token", "never"));

        await ExpectWrittenAsync(sluice, "one", "two", "three");
    }

    [Fact]
    public async Task Handshakes_that_fail_are_counted_by_reason_and_reported_with_the_peer()
    {
        await using var sluice = await StartAsync();
        using var stranger = Client(null);
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(stranger, sluice, HttpVersion.Version11, "token", "never"));
        var endpoint = IPEndPoint.Parse(sluice.Process.Endpoints["otlp/tls/http"]);
        using (var gone = new TcpClient())
        {
            await gone.ConnectAsync(endpoint);
        }

        using var inTheClear = new TcpClient();
        await inTheClear.ConnectAsync(endpoint);
        await inTheClear.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        var metrics = "";
        await Eventually.TrueAsync(
            async () =>
            {
                metrics = await sluice.GetAsync("metrics", "/metrics");
                return metrics.Contains("sluice_receiver_failed_handshakes_total{receiver=\"otlp/tls\",reason=\"tls\"} ", StringComparison.Ordinal)
                    && metrics.Contains("sluice_receiver_failed_handshakes_total{receiver=\"otlp/tls\",reason=\"connection\"} ", StringComparison.Ordinal);
            },
            () => $"handshakes failed for both reasons: {metrics}");
        await Eventually.TrueAsync(
            () => Task.FromResult(sluice.Process.Output.Contains("The TLS handshake with 127.0.0.1 failed: ", StringComparison.Ordinal)), () => sluice.Process.Output);
    }

    [Fact]
    public async Task A_token_changes_without_a_restart()
    {
        await using var sluice = await StartAsync();
        using var certificate = _authority.Issue("client");
        using var client = Client(certificate);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, sluice, HttpVersion.Version11, "next", "never"));

        await File.WriteAllTextAsync(sluice.PathOf("tokens.new"), "next\n");
        File.Move(sluice.PathOf("tokens.new"), sluice.PathOf("tokens"), overwrite: true);
        await Eventually.TrueAsync(
            async () => await PostAsync(client, sluice, HttpVersion.Version11, "token", "old") == HttpStatusCode.Unauthorized, () => "the old token is out");

        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, sluice, HttpVersion.Version11, "next", "new"));
    }

    [Fact]
    public async Task Neighbours_send_over_the_socket_also_after_the_process_was_killed()
    {
        var directory = SluiceProcess.CreateDirectory();
        await using (var first = await StartAsync(directory))
        {
            first.Process.OwnsDirectory = false;
            Assert.Equal("unix:" + first.PathOf("otlp.sock"), first.Process.Endpoints["otlp/local/http"]);
            await SendLocallyAsync(first, "one");
            first.Process.Kill();
            await first.Process.WaitForExitAsync();
        }

        Assert.True(File.Exists(Path.Combine(directory, "otlp.sock")));
        await using var second = await StartAsync(directory);
        await SendLocallyAsync(second, "two");
        await ExpectWrittenAsync(second, "one", "two");
    }

    private async Task<Instance> StartAsync(string? directory = null)
    {
        directory ??= SluiceProcess.CreateDirectory();
        using var server = _authority.Issue("server", loopback: true);
        await File.WriteAllTextAsync(Path.Combine(directory, "server.pem"), server.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(directory, "server-key.pem"), TestAuthority.KeyPem(server));
        await File.WriteAllTextAsync(Path.Combine(directory, "ca.pem"), _authority.Pem);
        await File.WriteAllTextAsync(Path.Combine(directory, "tokens"), "token\n");
        return await Instance.StartAsync(Configuration, directory);
    }

    private HttpClient Client(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { _authority.Certificate },
        };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        return new HttpClient(handler);
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, Instance sluice, Version version, string token, string body)
    {
        using var request = Request($"https://{sluice.Process.Endpoints["otlp/tls/http"]}/v1/logs", version, token, "application/x-protobuf", Message(body));
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<string> CallAsync(HttpClient client, Instance sluice, string token, string body)
    {
        var message = Message(body);
        using var request = Request(
            $"https://{sluice.Process.Endpoints["otlp/tls/grpc"]}/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            HttpVersion.Version20,
            token,
            "application/grpc",
            [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message]);
        using var answer = await client.SendAsync(request);
        await answer.Content.LoadIntoBufferAsync();
        return (answer.TrailingHeaders.TryGetValues("grpc-status", out var values) ? values : answer.Headers.GetValues("grpc-status")).Single();
    }

    private static HttpRequestMessage Request(string address, Version version, string token, string contentType, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (token.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }

    private static async Task SendLocallyAsync(Instance sluice, string body)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(sluice.PathOf("otlp.sock")), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        using var request = Request("http://localhost/v1/logs", HttpVersion.Version11, "", "application/x-protobuf", Message(body));
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static byte[] Message(string body) => OtlpClient.Logs("secure", body).ToByteArray();

    private static async Task ExpectWrittenAsync(Instance sluice, params string[] bodies)
    {
        Assert.Equal(0, await sluice.Process.StopAsync());
        Assert.Equal(bodies, Envelopes.ReadFile(sluice.PathOf("out.jsonl")).Select(record => (string)record["body"]!));
    }
}
