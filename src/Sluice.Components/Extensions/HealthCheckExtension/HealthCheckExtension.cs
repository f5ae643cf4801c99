using Sluice.Runtime.Contracts;
using Sluice.Transport.Health;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Extensions.HealthCheckExtension;

/// <summary>Serves the health pages.</summary>
public sealed class HealthCheckExtension(ComponentContext context, HealthCheckExtensionOptions options) : IExtension
{
    private HttpHost? _host;

    /// <inheritdoc/>
    public IReadOnlyList<BoundEndpoint> Endpoints =>
        _host is null ? [] : [new BoundEndpoint(context.Id.ToString(), _host.Address, $"health: {options.Path} and /ready")];

    /// <inheritdoc/>
    public async Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken)
    {
        var listen = new HttpHostOptions
        {
            ConfigurationKey = $"extensions::{context.Id}::endpoint",
            Endpoint = options.Endpoint,
            Time = context.Time,
        };
        _host = await HealthEndpoint.StartAsync(listen, options.Path, () => HealthSnapshot.Of(status), context.Logger, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync().ConfigureAwait(false);
        }
    }
}
