using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Sluice.Testing.Sinks;

/// <summary>A target that is scraped: pages of metrics by path, in the clear or with TLS, on a free port. Thread-safe.</summary>
public sealed class MetricsTarget : IAsyncDisposable
{
    /// <summary>The content type of the text format.</summary>
    public const string Text = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The content type of OpenMetrics.</summary>
    public const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _pages = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ScrapeSeen> _seen = new();
    private readonly ConcurrentQueue<string> _serverNames = new();
    private readonly WebApplication _app;

    private MetricsTarget(WebApplication app) => _app = app;

    /// <summary>Host and port.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Who has to come with which header <c>Authorization</c>; null for anybody.</summary>
    public string? Authorization { get; set; }

    /// <summary>Every scrape that came, also those that were refused.</summary>
    public IReadOnlyCollection<ScrapeSeen> Seen => _seen;

    /// <summary>The names that clients asked for in handshakes of TLS; empty where they asked for none.</summary>
    public IReadOnlyCollection<string> ServerNames => _serverNames;

    /// <summary>Listens on a free port.</summary>
    /// <param name="certificate">To speak TLS with; null for none.</param>
    /// <param name="clients">Who must have signed the certificate that a client shows; null for no such demand.</param>
    public static async Task<MetricsTarget> StartAsync(X509Certificate2? certificate = null, X509Certificate2? clients = null)
    {
        MetricsTarget? target = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificateSelector = (_, name) =>
                    {
                        target!._serverNames.Enqueue(name ?? "");
                        return certificate;
                    };
                    https.ClientCertificateMode = clients is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (shown, _, _) => TestAuthority.IsSignedBy(shown, clients!);
                });
            }
        }));
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var app = builder.Build();
        app.Run(context => target!.ServeAsync(context));
        target = new MetricsTarget(app);
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        target.Address = $"127.0.0.1:{address.Port}";
        return target;
    }

    /// <summary>Answers a path with a page from now on.</summary>
    public void Expose(string page, string path = "/metrics", string contentType = Text) => Expose(Encoding.UTF8.GetBytes(page), path, contentType);

    /// <inheritdoc cref="Expose(string, string, string)"/>
    public void Expose(byte[] page, string path = "/metrics", string contentType = Text) => Answer(
        async context =>
        {
            context.Response.ContentType = contentType;
            await context.Response.Body.WriteAsync(page);
        },
        path);

    /// <summary>Answers a path as the test says from now on.</summary>
    public void Answer(Func<HttpContext, Task> answer, string path = "/metrics") => _pages[path] = answer;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        _seen.Enqueue(new ScrapeSeen(
            context.Request.Path.Value + context.Request.QueryString.Value,
            context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            context.Request.Protocol));
        if (Authorization is not null && context.Request.Headers.Authorization != Authorization)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (_pages.TryGetValue(context.Request.Path.Value!, out var page))
        {
            await page(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}

/// <summary>A scrape as the target saw it.</summary>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">By their names in lower case.</param>
/// <param name="Protocol">Such as HTTP/2.</param>
public sealed record ScrapeSeen(string Path, IReadOnlyDictionary<string, string> Headers, string Protocol);
