using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Sluice.Load.Serving;

/// <summary>A server of HTTP with nothing around it: what it spends would be taken from what is measured beside it.</summary>
internal sealed class BareServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    /// <summary>Makes one, which does not listen yet.</summary>
    /// <param name="serve">Answers requests.</param>
    /// <param name="configure">Says where it listens.</param>
    public BareServer(RequestDelegate serve, Action<KestrelServerOptions> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(configure);
        _app = builder.Build();
        _app.Run(serve);
    }

    /// <summary>Listens.</summary>
    /// <returns>Scheme, host and port of each endpoint, in the order of the configuration.</returns>
    public async Task<string[]> StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        return [.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];
    }

    /// <summary>Cuts off whoever is connected.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
