using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Sluice.Buffers;
using Sluice.Configuration;
using Sluice.Transport.Bodies;
using Sluice.Transport.HttpServer;

namespace Sluice.Transport.Tests.Support;

/// <summary>A server on a free port with a tracking pool and a budget, and a client for it. Disposing checks that nothing leaked.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private TestServer(HttpHost host, BufferPool pool, ByteBudget budget, ListLogger log, bool http2)
    {
        Host = host;
        Pool = pool;
        Budget = budget;
        Log = log;
        Client = new HttpClient
        {
            BaseAddress = new Uri($"http://{host.Address}"),
            DefaultRequestVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public HttpHost Host { get; }

    public BufferPool Pool { get; }

    public ByteBudget Budget { get; }

    public ListLogger Log { get; }

    public HttpClient Client { get; }

    public static HttpHostOptions Options(bool http2 = false) => new()
    {
        ConfigurationKey = "receivers::test::endpoint",
        Endpoint = EndpointText.Parse("127.0.0.1:0"),
        Http2 = http2,
    };

    public static async Task<TestServer> StartAsync(
        Func<BufferPool, ByteBudget, RequestDelegate> handler, bool http2 = false, long budget = 64 << 20, HttpHostOptions? options = null)
    {
        var pool = new BufferPool(new BufferPoolOptions { Tracking = true });
        var bytes = new ByteBudget("intake", budget);
        var log = new ListLogger();
        options = (options ?? Options()) with { Http2 = http2 };
        var host = await HttpHost.StartAsync(options, handler(pool, bytes), log, TestContext.Current.CancellationToken);
        return new TestServer(host, pool, bytes, log, http2);
    }

    /// <summary>A server that reads bodies and answers with the status, the length and a checksum of what it read.</summary>
    public static Task<TestServer> StartBodyReaderAsync(BodyLimits? limits = null, long budget = 64 << 20, Func<RequestDeadline>? deadline = null) =>
        StartAsync((pool, bytes) => context => ReadAsync(context, pool, bytes, limits ?? new BodyLimits(), deadline), budget: budget);

    public static string Describe(BodyStatus status, ReadOnlySpan<byte> body)
    {
        uint checksum = 0;
        foreach (var octet in body)
        {
            checksum = (checksum * 31) + octet;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{status} {body.Length} {checksum}");
    }

    /// <summary>A connection whose every byte the test writes.</summary>
    public async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(Host.Address), TestContext.Current.CancellationToken);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        Assert.Equal(0, Budget.Used);
        Pool.Dispose();
    }

    private static async Task ReadAsync(HttpContext context, BufferPool pool, ByteBudget bytes, BodyLimits limits, Func<RequestDeadline>? deadline)
    {
        using var lease = new BudgetLease(bytes);
        var body = await RequestBodyReader.ReadAsync(context, pool, limits, lease, deadline?.Invoke() ?? default);
        Assert.Equal(body.Buffer?.Capacity ?? 0, lease.Held);
        var text = Describe(body.Status, body.Buffer is null ? [] : body.Buffer.Array.AsSpan(0, body.Length));
        body.Buffer?.Dispose();
        await context.Response.WriteAsync(text);
    }
}
