using Sluice.Components.Receivers.ElasticsearchReceiver.Http;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.ElasticsearchReceiver;

/// <summary>Listens as Elasticsearch does, and answers each request when its documents are durable.</summary>
public sealed class ElasticsearchReceiver : IReceiver
{
    private readonly ComponentContext _context;
    private readonly ElasticsearchReceiverOptions _options;
    private readonly ElasticsearchHandler _handler;
    private readonly List<BoundEndpoint> _endpoints = [];
    private HttpHost? _host;

    /// <summary>Creates it; it listens once started.</summary>
    public ElasticsearchReceiver(ComponentContext context, ElasticsearchReceiverOptions options, IIntake intake)
    {
        _context = context;
        _options = options;
        _handler = new ElasticsearchHandler(context, options, intake);
    }

    /// <inheritdoc/>
    public IReadOnlyList<BoundEndpoint> Endpoints => _endpoints;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _host = await HttpHost.StartAsync(_options.ToHost($"receivers::{_context.Id}", _context), _handler.HandleAsync, _context.Logger, cancellationToken);
        _endpoints.Add(new BoundEndpoint(_context.Id.ToString(), _host.Address, "Elasticsearch"));
        _context.Health.Set(HealthState.Healthy);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _handler.Close();
        return _host?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _handler.Close();
        if (_host is { } host)
        {
            _host = null;
            await host.DisposeAsync();
        }

        _endpoints.Clear();
    }
}
