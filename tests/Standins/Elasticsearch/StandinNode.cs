using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Standins.Elasticsearch.Faults;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch;

/// <summary>A node of a stand-in cluster: it listens on a port, and can go away and come back on the same one. Thread-safe.</summary>
public sealed class StandinNode : IAsyncDisposable
{
    private readonly StandinCluster _cluster;
    private readonly X509Certificate2? _certificate;

    // Bound and not listening: the port stays the node's while it is away, when the system would else give it to anybody who asks for a free one.
    private readonly Socket _held = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private WebApplication? _app;
    private long _requests;
    private long _bulkRequests;

    private StandinNode(StandinCluster cluster, int port, X509Certificate2? certificate)
    {
        _cluster = cluster;
        _certificate = certificate;
        _held.Bind(new IPEndPoint(IPAddress.Loopback, port));
        Port = ((IPEndPoint)_held.LocalEndPoint!).Port;
    }

    /// <summary>Scheme, host and port.</summary>
    public string Address => $"{(_certificate is null ? "http" : "https")}://{(_certificate is null ? "127.0.0.1" : "localhost")}:{Port}";

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Requests that it read.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Bulk requests that it read.</summary>
    public long BulkRequests => Interlocked.Read(ref _bulkRequests);

    /// <summary>Listens.</summary>
    /// <param name="cluster">The cluster that it is a node of.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="certificate">To speak TLS with; null for none.</param>
    public static async Task<StandinNode> StartAsync(StandinCluster cluster, int port = 0, X509Certificate2? certificate = null)
    {
        var node = new StandinNode(cluster, port, certificate);
        await node.ComeBackAsync().ConfigureAwait(false);
        return node;
    }

    /// <summary>Closes its port and every connection. What it has done stays done.</summary>
    public async Task GoAwayAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            await app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
            await app.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Listens again, on the port that it had.</summary>
    public async Task ComeBackAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (_certificate is not null)
                {
                    listen.UseHttps(_certificate);
                }
            });
        });
        if (_certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var app = builder.Build();
        app.Run(ServeAsync);
        await app.StartAsync().ConfigureAwait(false);
        _app = app;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await GoAwayAsync().ConfigureAwait(false);
        _held.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var options = _cluster.Options;
        if (!options.Version.IsOpenSearch)
        {
            context.Response.Headers["X-elastic-product"] = "Elasticsearch";
        }

        var body = await ReadAsync(context, options.MaxContentLength).ConfigureAwait(false);
        Interlocked.Increment(ref _requests);
        if (body is null)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        var path = context.Request.Path.Value ?? "/";
        var request = new StandinRequest(
            context.Request.Method, path, context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), body, Port);
        Interlocked.Add(ref _bulkRequests, request.IsBulk ? 1 : 0);
        var fault = _cluster.Faults.Of(request);
        if (fault?.WaitsBefore is { } before)
        {
            await before(context.RequestAborted).ConfigureAwait(false);
        }

        var answer = fault is null or { IsDone: true } ? Answer(context, request, body) : fault.Answer;
        if (fault?.WaitsAfter is { } after)
        {
            await after(context.RequestAborted).ConfigureAwait(false);
        }

        if (fault is { Resets: true })
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, answer!, fault?.CutsAt).ConfigureAwait(false);
    }

    private ApiAnswer Answer(HttpContext context, StandinRequest request, byte[] body)
    {
        var headers = context.Request.Headers;
        if (_cluster.Authenticator.Refuse(headers.Authorization, request.Path) is { } refusal)
        {
            return refusal;
        }

        try
        {
            var takesLines = request.IsBulk || request.Path.EndsWith("/_msearch", StringComparison.Ordinal);
            var accept = headers.Accept.Count == 0 ? null : headers.Accept.ToString();
            var type = MediaTypes.Check(_cluster.Options.Version, context.Request.ContentType, accept, body.Length > 0, takesLines);
            var answer = _cluster.Handle(new ApiRequest(request.Method, request.Path, context.Request.Query, body));
            if (context.Request.Query.TryGetValue("filter_path", out var paths) && answer.Status < 300 && answer.ContentType is null && answer.Body.Length > 0)
            {
                answer = ApiAnswer.Of(FilterPath.Apply(JsonNode.Parse(answer.Body)!.AsObject(), paths.ToString()), answer.Status);
            }

            return answer with { ContentType = answer.ContentType ?? type };
        }
        catch (ApiException exception)
        {
            return ApiAnswer.Of(exception.Error);
        }
    }

    /// <summary>Reads a body, and inflates it.</summary>
    /// <returns>Null when it is larger than allowed.</returns>
    private static async Task<byte[]?> ReadAsync(HttpContext context, long limit)
    {
        if (context.Request.ContentLength > limit)
        {
            return null;
        }

        using var body = new MemoryStream();
        var coding = context.Request.Headers.ContentEncoding.ToString();
        var source = coding switch
        {
            "gzip" => new GZipStream(context.Request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(context.Request.Body, CompressionMode.Decompress),
            _ => context.Request.Body,
        };
        await using (source.ConfigureAwait(false))
        {
            var buffer = new byte[64 << 10];
            while (await source.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false) is var read and > 0)
            {
                body.Write(buffer, 0, read);
                if (body.Length > limit)
                {
                    return null;
                }
            }
        }

        return body.ToArray();
    }

    private static async Task WriteAsync(HttpContext context, ApiAnswer answer, int? cutsAt)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var group in answer.Headers.GroupBy(header => header.Name))
        {
            response.Headers[group.Key] = group.Select(header => header.Value).ToArray();
        }

        var bytes = answer.Body;
        if (bytes.Length > 0)
        {
            response.ContentType = answer.ContentType ?? "application/json";
            if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
            {
                response.Headers.ContentEncoding = "gzip";
                bytes = Compress(bytes);
            }
        }

        response.ContentLength = bytes.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        if (cutsAt is { } cut && cut < bytes.Length)
        {
            await response.Body.WriteAsync(bytes.AsMemory(0, cut), CancellationToken.None).ConfigureAwait(false);
            await response.Body.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            context.Abort();
            return;
        }

        await response.Body.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }
}
