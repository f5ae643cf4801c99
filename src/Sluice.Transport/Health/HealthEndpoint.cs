using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Transport.HttpServer;

namespace Sluice.Transport.Health;

/// <summary>
/// Serves health pages: one that answers 200 as long as the process works, in the form of the Collector's <c>health_check</c>, and
/// <c>/ready</c>, which answers 200 only when everything is started and nothing has failed, and else says what is wrong; what has failed among
/// the kinds of components in <c>exclude</c> does not count.
/// </summary>
public static class HealthEndpoint
{
    /// <summary>The path of readiness.</summary>
    public const string ReadyPath = "/ready";

    /// <summary>Listens.</summary>
    /// <param name="options">Where.</param>
    /// <param name="path">The path of the page that answers 200 while the process works; <c>/</c> by default in the Collector.</param>
    /// <param name="snapshot">Asked at every request.</param>
    /// <param name="logger">Receives the server's warnings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComponentStartException">The address cannot be bound.</exception>
    public static Task<HttpHost> StartAsync(
        HttpHostOptions options, string path, Func<HealthSnapshot> snapshot, ILogger logger, CancellationToken cancellationToken) =>
        HttpHost.StartAsync(
            options,
            ReadOnlyRoutes.Serve(new Dictionary<string, RequestDelegate>
            {
                [path] = context => WriteAliveAsync(context, snapshot(), options.Time),
                [ReadyPath] = context => WriteReadyAsync(context, snapshot()),
            }),
            logger,
            cancellationToken);

    private static async Task WriteAliveAsync(HttpContext context, HealthSnapshot snapshot, TimeProvider time)
    {
        await using var writer = Begin(context, StatusCodes.Status200OK);
        writer.WriteStartObject();
        writer.WriteString("status"u8, "Server available");
        writer.WriteString("upSince"u8, Format(snapshot.StartTime));
        writer.WriteString("uptime"u8, GoDuration.Format(time.GetUtcNow() - snapshot.StartTime));
        writer.WriteEndObject();
    }

    private static async Task WriteReadyAsync(HttpContext context, HealthSnapshot snapshot)
    {
        var excluded = context.Request.Query["exclude"];
        var ready = snapshot.Started && snapshot.Components.All(component => component.Health.State != HealthState.Failed || excluded.Contains(component.Kind));
        await using var writer = Begin(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        writer.WriteStartObject();
        writer.WriteString("status"u8, ready ? "ready" : snapshot.Started ? "failed" : "not started");
        writer.WriteStartArray("components"u8);
        foreach (var component in snapshot.Components)
        {
            writer.WriteStartObject();
            writer.WriteString("kind"u8, component.Kind);
            writer.WriteString("id"u8, component.Id);
            writer.WriteString("state"u8, Lower(component.Health.State.ToString()));
            if (component.Health.Reason.Length > 0)
            {
                writer.WriteString("reason"u8, component.Health.Reason);
            }

            writer.WriteString("since"u8, Format(component.Health.Since));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static Utf8JsonWriter Begin(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return new Utf8JsonWriter(context.Response.BodyWriter);
    }

    private static string Format(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Lower(string name) => name.ToLowerInvariant();
}
