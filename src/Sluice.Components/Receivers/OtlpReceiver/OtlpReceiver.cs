using Sluice.Components.Receivers.OtlpReceiver.Grpc;
using Sluice.Components.Receivers.OtlpReceiver.Http;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>Listens for OTLP, and answers each request when its records are durable.</summary>
public sealed class OtlpReceiver : IReceiver
{
    private readonly ComponentContext _context;
    private readonly OtlpReceiverOptions _options;
    private readonly OtlpIngest _ingest;
    private readonly List<HttpHost> _hosts = [];
    private readonly List<BoundEndpoint> _endpoints = [];

    /// <summary>Creates it; it listens once started.</summary>
    public OtlpReceiver(ComponentContext context, OtlpReceiverOptions options, IIntake intake)
    {
        _context = context;
        _options = options;
        _ingest = new OtlpIngest(context, intake);
    }

    /// <inheritdoc/>
    public IReadOnlyList<BoundEndpoint> Endpoints => _endpoints;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_options.Protocols.Grpc is { } grpc)
            {
                var service = new OtlpGrpcService(_ingest, _context, grpc);
                await ListenAsync("grpc", "OTLP/gRPC", grpc.ToHost(KeyOf("grpc"), _context), service.HandleAsync, cancellationToken);
            }

            if (_options.Protocols.Http is { } http)
            {
                var handler = new OtlpHttpHandler(_ingest, _context, http);
                await ListenAsync("http", "OTLP/HTTP", http.ToHost(KeyOf("http"), _context), handler.HandleAsync, cancellationToken);
            }
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
        _ingest.Close();
        return Task.WhenAll(_hosts.Select(host => host.StopAsync(cancellationToken)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ingest.Close();
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        _hosts.Clear();
        _endpoints.Clear();
    }

    private async Task ListenAsync(
        string protocol, string description, HttpHostOptions options, Microsoft.AspNetCore.Http.RequestDelegate handler, CancellationToken cancellationToken)
    {
        var host = await HttpHost.StartAsync(options, handler, _context.Logger, cancellationToken);
        _hosts.Add(host);
        _endpoints.Add(new BoundEndpoint($"{_context.Id}/{protocol}", host.Address, description));
    }

    private string KeyOf(string protocol) => $"receivers::{_context.Id}::protocols::{protocol}";
}
