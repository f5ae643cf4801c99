using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Http;
using Sluice.Load.Serving;

namespace Sluice.Load.Exposing;

/// <summary>
/// A target for scrapers of Prometheus, with as many samples as one wants. Every answer is the same, and was made before the first: what a target spends on
/// it would be taken from what is measured beside it. Thread-safe.
/// </summary>
public sealed class TargetServer : IAsyncDisposable
{
    private readonly BareServer _server;
    private readonly byte[] _page;
    private readonly bool _gzip;
    private readonly int _samples;
    private long _scrapes;

    private TargetServer(IPEndPoint endpoint, int samples, bool gzip)
    {
        var page = ExpositionPage.Create(samples);
        _page = gzip ? Compress(page) : page;
        _samples = samples;
        _gzip = gzip;
        _server = new BareServer(ServeAsync, kestrel =>
        {
            // A scraper that its core cannot serve is no slow client.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(endpoint);
        });
    }

    /// <summary>Host and port, as a target is written in a configuration.</summary>
    public string Address { get; private set; } = "";

    /// <summary>How often it was scraped so far.</summary>
    public TargetReport Report => new(Interlocked.Read(ref _scrapes), _samples);

    /// <summary>Listens.</summary>
    /// <param name="endpoint">Where; port 0 for a free one.</param>
    /// <param name="samples">Samples in an answer, a multiple of 16.</param>
    /// <param name="gzip">Whether answers are compressed, which whoever scrapes has to ask for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TargetServer> StartAsync(IPEndPoint endpoint, int samples, bool gzip, CancellationToken cancellationToken = default)
    {
        var target = new TargetServer(endpoint, samples, gzip);
        var addresses = await target._server.StartAsync(cancellationToken).ConfigureAwait(false);
        target.Address = new Uri(addresses.Single()).Authority;
        return target;
    }

    /// <summary>Cuts off whoever is connected.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static byte[] Compress(byte[] page)
    {
        var compressed = new MemoryStream();
        using (var deflater = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            deflater.Write(page);
        }

        return compressed.ToArray();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var isScrape = context.Request.Path == "/metrics";
        if (!HttpMethods.IsGet(context.Request.Method) || !(isScrape || context.Request.Path == "/counts"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!isScrape)
        {
            await context.Response.WriteAsJsonAsync(Report, ReportJson.Default.TargetReport).ConfigureAwait(false);
            return;
        }

        if (_gzip && !context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status406NotAcceptable;
            return;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        context.Response.ContentLength = _page.Length;
        if (_gzip)
        {
            context.Response.Headers.ContentEncoding = "gzip";
        }

        await context.Response.Body.WriteAsync(_page, context.RequestAborted).ConfigureAwait(false);
        Interlocked.Increment(ref _scrapes);
    }
}
