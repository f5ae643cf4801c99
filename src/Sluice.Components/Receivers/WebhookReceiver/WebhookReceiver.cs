using Sluice.Components.Receivers.WebhookReceiver.Http;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>Listens for webhooks, and answers each when its records are durable.</summary>
public sealed class WebhookReceiver : IReceiver
{
    private readonly ComponentContext _context;
    private readonly WebhookReceiverOptions _options;
    private readonly IIntake _intake;
    private readonly List<WebhookEndpoint> _hooks = [];
    private readonly List<BoundEndpoint> _endpoints = [];
    private WebhookIngest? _ingest;
    private HttpHost? _host;

    /// <summary>Creates it; it listens once started.</summary>
    public WebhookReceiver(ComponentContext context, WebhookReceiverOptions options, IIntake intake)
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
        try
        {
            foreach (var (name, options) in _options.Endpoints)
            {
                var hook = new WebhookEndpoint(name, options, _context, _intake);
                _hooks.Add(hook);
                hook.Start(_context);
            }

            _ingest = new WebhookIngest(_context, _intake, _options.BodyLimits.MaxSize);
            var handler = new WebhookHandler(_context, _options, _hooks, _ingest, _intake);
            _host = await HttpHost.StartAsync(_options.ToHost($"receivers::{_context.Id}", _context), handler.HandleAsync, _context.Logger, cancellationToken);
            _endpoints.Add(new BoundEndpoint(_context.Id.ToString(), _host.Address, "webhooks"));
        }
        catch
        {
            await DisposeAsync();
            throw;
        }

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

        foreach (var hook in _hooks)
        {
            await hook.DisposeAsync();
        }

        _hooks.Clear();
        _endpoints.Clear();
    }
}
