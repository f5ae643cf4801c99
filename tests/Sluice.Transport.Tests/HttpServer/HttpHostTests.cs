using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Sinks;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Tests.Support;

namespace Sluice.Transport.Tests.HttpServer;

public sealed class HttpHostTests
{
    private static readonly RequestDelegate Hello = context => context.Response.WriteAsync("hello");

    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.1:")]
    [InlineData("localhost:0", "127.0.0.1:")]
    [InlineData(":0", "[::]:")]
    [InlineData("0.0.0.0:0", "0.0.0.0:")]
    public async Task An_endpoint_with_port_0_is_bound_and_reported(string endpoint, string expected)
    {
        await using var host = await StartAsync(endpoint);

        Assert.StartsWith(expected, host.Address, StringComparison.Ordinal);
        var port = host.Address[(host.Address.LastIndexOf(':') + 1)..];
        using var client = new HttpClient();
        Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_body_is_received_into_large_buffers()
    {
        var largest = 0;
        await using var host = await StartAsync("127.0.0.1:0", async context =>
        {
            var body = context.Request.BodyReader;
            bool isCompleted;
            do
            {
                var read = await body.ReadAsync();
                foreach (var part in read.Buffer)
                {
                    largest = Math.Max(largest, part.Length);
                }

                body.AdvanceTo(read.Buffer.End);
                isCompleted = read.IsCompleted;
            }
            while (!isCompleted);
        });
        using var client = new HttpClient();
        using var content = new ByteArrayContent(new byte[1 << 20]);

        (await client.PostAsync(new Uri($"http://{host.Address}/"), content, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        Assert.InRange(largest, ConnectionBufferPool.SmallSize + 1, ConnectionBufferPool.LargeSize);
    }

    [Fact]
    public async Task An_IPv6_endpoint_is_bound_where_the_machine_has_IPv6()
    {
        if (!HasIPv6Loopback())
        {
            var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => StartAsync("[::1]:0"));
            Assert.Contains("receivers::test::endpoint: [::1]:0", refusal.Message, StringComparison.Ordinal);
            return;
        }

        await using var host = await StartAsync("[::1]:0");
        Assert.StartsWith("[::1]:", host.Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Localhost_with_a_port_is_bound_on_the_IPv4_loopback()
    {
        using var held = new HeldPort();
        await using var host = await StartAsync($"localhost:{held.Port}");

        using var client = new HttpClient();
        Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://127.0.0.1:{held.Port}/"), TestContext.Current.CancellationToken));
        Assert.Equal($"localhost:{held.Port}", host.Address);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_port_in_use_names_the_key_and_the_remedy(string name)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => StartAsync($"{name}:{port}"));

        Assert.Equal(
            $"receivers::test::endpoint: {name}:{port} is in use by another process; stop it or choose another port", refusal.Message);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_explained()
    {
        var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => StartAsync("192.0.2.1:0"));

        Assert.Contains("192.0.2.1:0 is not an address of this machine", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_explained()
    {
        var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => StartAsync("no-such-host.invalid:0"));

        Assert.Contains("no-such-host.invalid cannot be resolved", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_lets_a_request_in_flight_finish()
    {
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        await using var host = await StartAsync("127.0.0.1:0", async context =>
        {
            entered.SetResult();
            await leave.Task;
            await context.Response.WriteAsync("late");
        });
        using var client = new HttpClient();
        var answer = client.GetStringAsync(new Uri($"http://{host.Address}/"), TestContext.Current.CancellationToken);
        await entered.Task;

        var stopped = host.StopAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => !CanConnect(host.Address), "the port refuses new connections");
        Assert.False(stopped.IsCompleted);
        leave.SetResult();

        Assert.Equal("late", await answer);
        await stopped;
    }

    [Fact]
    public async Task Stop_cuts_requests_off_when_its_token_says_so()
    {
        var entered = new TaskCompletionSource();
        await using var host = await StartAsync("127.0.0.1:0", async context =>
        {
            entered.SetResult();
            var aborted = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(aborted.SetResult);
            await aborted.Task;
        });
        using var client = new HttpClient();
        var answer = client.GetStringAsync(new Uri($"http://{host.Address}/"), TestContext.Current.CancellationToken);
        await entered.Task;
        using var cut = new CancellationTokenSource();

        var stopped = host.StopAsync(cut.Token);
        await cut.CancelAsync();

        await stopped;
        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
    }

    [Fact]
    public async Task Stop_is_safe_twice()
    {
        await using var host = await StartAsync("127.0.0.1:0");

        await host.StopAsync(CancellationToken.None);
        await host.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_a_handler_throws_is_logged_and_answered_with_500()
    {
        await using var server = await TestServer.StartAsync((_, _) => _ => throw new InvalidOperationException("a fault"));

        using var answer = await server.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await Eventually.TrueAsync(() => server.Log.Lines.Any(line => line.Contains("a fault", StringComparison.Ordinal)), "the fault is logged");
    }

    [Fact]
    public async Task Configured_headers_are_on_every_answer_and_no_server_header_is()
    {
        var options = TestServer.Options() with { ResponseHeaders = new Dictionary<string, string> { ["X-One"] = "1" }, KeepAlives = false };
        await using var server = await TestServer.StartAsync((_, _) => Hello, options: options);

        using var answer = await server.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("1", answer.Headers.GetValues("X-One").Single());
        Assert.True(answer.Headers.ConnectionClose);
        Assert.Empty(answer.Headers.Server);
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_and_told_of_once()
    {
        await using var server = await TestServer.StartAsync((_, _) => Hello, options: TestServer.Options() with { MaxConnections = 1 });
        using var answer = await server.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        for (var i = 0; i < 20; i++)
        {
            using var other = await server.ConnectAsync();
            Assert.Equal(0, await ReadAsync(other));
        }

        Assert.Single(server.Log.Lines, line => line.Contains("maximum number of concurrent connections", StringComparison.Ordinal));
        using var again = await server.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);

        static async Task<int> ReadAsync(TcpClient client)
        {
            try
            {
                return await client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }

    [Fact]
    public async Task Requests_of_one_connection_share_its_feature()
    {
        await using var server = await TestServer.StartAsync((_, _) => context =>
        {
            var connection = context.Features.Get<HttpConnection>()!;
            connection.State ??= new object();
            return context.Response.WriteAsync($"{connection.Peer} {System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(connection.State)}");
        });

        var first = await server.Client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        var second = await server.Client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.StartsWith("127.0.0.1 ", first, StringComparison.Ordinal);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Without_limits_a_connection_stays_open_across_the_ticks_of_the_server()
    {
        await using var server = await TestServer.StartAsync((_, _) => context => context.Response.WriteAsync(context.Connection.Id));
        var connections = new HashSet<string?>();
        var start = TimeProvider.System.GetTimestamp();

        // The server looks at its limits once a second.
        await Eventually.TrueAsync(
            async () =>
            {
                connections.Add(await ConnectionAsync(server.Client));
                return TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(2.5);
            },
            () => "the server has looked twice");

        Assert.Single(connections);
    }

    [Fact]
    public async Task A_connection_past_its_age_is_asked_to_close()
    {
        var time = new ManualTimeProvider();
        var options = TestServer.Options() with { MaxConnectionAge = TimeSpan.FromMinutes(1), Time = time };
        await using var server = await TestServer.StartAsync(
            (_, _) => context => context.Response.WriteAsync(context.Connection.Id), http2: true, options: options);
        var first = await server.Client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(async () => await ConnectionAsync(server.Client) is { } id && id != first, () => "a new connection is used");
    }

    /// <summary>The connection that answers; null when the request met the closing one.</summary>
    private static async Task<string?> ConnectionAsync(HttpClient client)
    {
        try
        {
            return await client.GetStringAsync(new Uri("/", UriKind.Relative));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static Task<HttpHost> StartAsync(string endpoint, RequestDelegate? handler = null) => HttpHost.StartAsync(
        TestServer.Options() with { Endpoint = EndpointText.Parse(endpoint) },
        handler ?? Hello,
        NullLogger.Instance,
        TestContext.Current.CancellationToken);

    private static bool CanConnect(string address)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPEndPoint.Parse(address));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool HasIPv6Loopback()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
