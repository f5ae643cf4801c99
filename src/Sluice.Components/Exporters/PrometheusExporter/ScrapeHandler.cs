using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Sluice.Components.Exporters.Prometheus;
using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Components.Exporters.PrometheusExporter.Snapshots;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Authentication;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter;

/// <summary>
/// Answers scrapes. What they show is taken down at once and written while it is sent, so a slow scraper holds up nobody. What was taken down is kept
/// until it is sent: how many answers there may be at once, and how long each may take, is limited.
/// </summary>
internal sealed partial class ScrapeHandler(ComponentContext context, PrometheusExporterOptions options, SeriesStore store, Func<bool> isCaughtUp)
{
    private readonly IServerAuthenticator? _authenticator = options.Auth is { } auth ? context.Extensions.ServerAuthenticator(auth.Authenticator) : null;

    private readonly LogBudget _logBudget = new(context.Time);
    private volatile bool _isReady;
    private int _inFlight;

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (!await AllowsAsync(http))
        {
            return;
        }

        // What was scraped before a restart may have had more in it than what was restored: series go on only where they were.
        _isReady = _isReady || isCaughtUp();
        if (!_isReady)
        {
            await SendBackAsync(http, "the records that were in the journal at the start are still being added\n");
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _inFlight) > options.MaxRequestsInFlight && options.MaxRequestsInFlight > 0)
            {
                if (_logBudget.TryTake())
                {
                    LogTooMany(context.Logger, options.MaxRequestsInFlight);
                }

                await SendBackAsync(http, "as many scrapes as may be (max_requests_in_flight) are being answered\n");
            }
            else
            {
                await AnswerAsync(http);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private static Task SendBackAsync(HttpContext http, string reason)
    {
        http.Response.Headers.RetryAfter = "1";
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(reason, http.RequestAborted);
    }

    /// <summary>Answers in time, or cuts the scraper off: a part of an answer must not look like all of it.</summary>
    private async Task AnswerAsync(HttpContext http)
    {
        var isOverdue = false;
        await using var timer = context.Time.CreateTimer(
            _ =>
            {
                Volatile.Write(ref isOverdue, true);
                http.Abort();
            },
            null,
            options.WriteTimeout > TimeSpan.Zero ? options.WriteTimeout : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        try
        {
            await SendAsync(http);
        }
        catch (OperationCanceledException) when (Volatile.Read(ref isOverdue))
        {
            // Logged below, as where the last piece is cut off, which the server does not tell.
        }

        if (Volatile.Read(ref isOverdue) && _logBudget.TryTake())
        {
            LogOverdue(context.Logger, http.Connection.RemoteIpAddress, options.WriteTimeout);
        }
    }

    private async Task SendAsync(HttpContext http)
    {
        var request = ScrapeRequest.Negotiate(http.Request.Headers.Accept, options.EnableOpenMetrics);
        using var snapshot = store.Capture(request);
        http.Response.ContentType = request.ContentType;
        http.Response.Headers.Vary = "Accept, Accept-Encoding";
        if (TakesGzip(http.Request))
        {
            http.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
            await SendAsync(snapshot, gzip, null, http.RequestAborted);
        }
        else
        {
            await SendAsync(snapshot, http.Response.Body, http.Response, http.RequestAborted);
        }
    }

    /// <summary>Writes and sends by turns.</summary>
    /// <param name="snapshot">What is sent.</param>
    /// <param name="body">Where to.</param>
    /// <param name="response">Is told the length, if that is known before anything is sent; null when the body is not sent as it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task SendAsync(SeriesSnapshot snapshot, Stream body, HttpResponse? response, CancellationToken cancellationToken)
    {
        using var output = new ExpositionBuffer(context.Pool.Buffers);
        await snapshot.WriteAsync(output, SendPartAsync);
        if (response is { HasStarted: false })
        {
            response.ContentLength = output.Length;
        }

        await output.CopyToAsync(body, cancellationToken);

        async Task SendPartAsync()
        {
            await output.CopyToAsync(body, cancellationToken);
            output.Clear();
        }
    }

    private static bool TakesGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings)
        && codings.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality != 0);

    private async ValueTask<bool> AllowsAsync(HttpContext http)
    {
        if (_authenticator is null)
        {
            return true;
        }

        try
        {
            var result = await _authenticator.AuthenticateAsync(HttpHeaderLookup.Of(http), http.RequestAborted);
            if (result.IsAuthenticated)
            {
                return true;
            }

            http.Response.Headers.WWWAuthenticate = result.Challenge;
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            LogUnchecked(context.Logger, e);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A scrape is refused: {Limit} others are being answered (max_requests_in_flight)")]
    private static partial void LogTooMany(ILogger logger, int limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scraper {Address} is cut off: it did not take its answer within {Timeout} (write_timeout)")]
    private static partial void LogOverdue(ILogger logger, System.Net.IPAddress? address, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The credentials of a scraper could not be checked")]
    private static partial void LogUnchecked(ILogger logger, Exception exception);
}
