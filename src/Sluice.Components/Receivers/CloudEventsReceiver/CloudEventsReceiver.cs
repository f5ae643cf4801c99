using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.CloudEventsReceiver;

/// <summary>Listens for CloudEvents, and answers each request when its events are durable.</summary>
public sealed class CloudEventsReceiver : IReceiver
{
    private readonly ComponentContext _context;
    private readonly CloudEventsReceiverOptions _options;
    private readonly IIntake _intake;
    private readonly List<BoundEndpoint> _endpoints = [];
    private CloudEventsIngest? _ingest;
    private HttpHost? _host;

    /// <summary>Creates it; it listens once started.</summary>
    public CloudEventsReceiver(ComponentContext context, CloudEventsReceiverOptions options, IIntake intake)
    {
        _context = context;
        _options = options;
        _intake = intake;
    }

    /// <inheritdoc/>
    public IReadOnlyList<BoundEndpoint> Endpoints => _endpoints;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _ingest = new CloudEventsIngest(_context, _intake, _options);
        var handler = new CloudEventsHandler(_context, _options, _ingest, _intake);
        _host = await HttpHost.StartAsync(_options.ToHost($"receivers::{_context.Id}", _context), handler.HandleAsync, _context.Logger, cancellationToken);
        _endpoints.Add(new BoundEndpoint(_context.Id.ToString(), _host.Address, "CloudEvents"));
        _context.Health.Set(HealthState.Healthy);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _ingest?.Close();
        return _host?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ingest?.Close();
        if (_host is { } host)
        {
            _host = null;
            await host.DisposeAsync();
        }

        _endpoints.Clear();
    }
}
