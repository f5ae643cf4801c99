using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpServer;

namespace Sluice.Transport.Prometheus;

/// <summary>Serves our own metrics to scrapers on <c>/metrics</c>.</summary>
public static class PrometheusEndpoint
{
    /// <summary>Where scrapers look by convention.</summary>
    public const string Path = "/metrics";

    /// <summary>Listens.</summary>
    /// <exception cref="ComponentStartException">The address cannot be bound.</exception>
    public static Task<HttpHost> StartAsync(
        HttpHostOptions options, MetricsCollector metrics, ILogger logger, CancellationToken cancellationToken) =>
        HttpHost.StartAsync(
            options,
            ReadOnlyRoutes.Serve(new Dictionary<string, RequestDelegate> { [Path] = context => WriteAsync(context, metrics) }),
            logger,
            cancellationToken);

    private static async Task WriteAsync(HttpContext context, MetricsCollector metrics)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        metrics.Write(context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
