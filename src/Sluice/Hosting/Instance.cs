using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Sluice.Api;
using Sluice.Buffers;
using Sluice.Components.Exporters.StoreExporter;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Graph;
using Sluice.Runtime.Monitoring;
using Sluice.Telemetry;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Prometheus;

namespace Sluice.Hosting;

/// <summary>One running Sluice: the runtime with its journal, dead letters, metrics port and API. Owns all of it.</summary>
internal sealed class Instance : IAsyncDisposable
{
    /// <summary>The name of the meter of all own metrics.</summary>
    public const string MeterName = "Sluice";

    private readonly OwnedResources _owned = new();
    private readonly List<BoundEndpoint> _sidePorts = [];
    private readonly GraphModel _model;
    private readonly string _dataDirectory;
    private readonly ILoggerFactory _loggers;
    private SluiceRuntime? _runtime;
    private OwnTelemetry? _ownTelemetry;

    private Instance(GraphModel model, string dataDirectory, ILoggerFactory loggers)
    {
        _model = model;
        _dataDirectory = dataDirectory;
        _loggers = loggers;
    }

    /// <summary>Everything that listens.</summary>
    public IReadOnlyList<BoundEndpoint> Endpoints => [.. _runtime?.Endpoints ?? [], .. _sidePorts];

    /// <summary>Whether there is a store to search.</summary>
    public bool HasStore => StoreDirectory() is not null;

    /// <summary>Builds and starts everything.</summary>
    /// <exception cref="ComponentStartException">Something cannot start; nothing is left running.</exception>
    public static async Task<Instance> StartAsync(
        GraphModel model, string dataDirectory, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var instance = new Instance(model, dataDirectory, loggers);
        try
        {
            await instance.StartAsync(cancellationToken).ConfigureAwait(false);
            return instance;
        }
        catch
        {
            await instance.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops taking data and delivers what is there, until the deadline.</summary>
    /// <returns>Records that were not delivered.</returns>
    public async Task<long> StopAsync(CancellationToken deadline)
    {
        var undelivered = await _runtime!.StopAsync(deadline).ConfigureAwait(false);

        // Before anything is disposed that metrics ask.
        await _ownTelemetry!.ShutdownAsync().ConfigureAwait(false);
        return undelivered;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _owned.DisposeAsync();

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _owned.Add(DataDirectoryLock.Take(_dataDirectory));
        _ownTelemetry = _owned.Add(OwnTelemetry.Start(_model.Service.Telemetry, _loggers));
        var meter = _owned.Add(new Meter(MeterName));
        var metrics = _owned.Add(new MetricsCollector(candidate => candidate == meter));
        ProcessMetrics.Register(meter);
        var buffers = new BufferPool();
        _owned.Add(new LeakReport(buffers, _loggers.CreateLogger("buffers")));
        var journalLog = _loggers.CreateLogger("journal");
        var opener = new JournalOpener(_model.Service.Journal, _dataDirectory, buffers, journalLog);
        var journal = _owned.Add(opener.Open(new JournalObserver(meter, journalLog, _ownTelemetry.SlowOperations)));
        opener.Recognize(journal);
        var deadLetters = _owned.Add(new DeadLetterLog(
            _model.Service.DeadLetters.ToOptions(_dataDirectory),
            buffers,
            TimeProvider.System,
            _loggers.CreateLogger("dead letters")));
        _runtime = _owned.Add(CreateRuntime(new RuntimeServices
        {
            Loggers = _loggers,
            Time = TimeProvider.System,
            Pool = new TelemetryPool(buffers),
            Journal = journal,
            DeadLetters = deadLetters,
            Meter = meter,
            SlowOperations = _ownTelemetry.SlowOperations,
            DataDirectory = _dataDirectory,
        }));

        await StartMetricsAsync(metrics, cancellationToken).ConfigureAwait(false);
        await StartApiAsync(_runtime, cancellationToken).ConfigureAwait(false);
        await _runtime.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens consumers and tables in passing, which a journal on disk writes down.</summary>
    private SluiceRuntime CreateRuntime(RuntimeServices services)
    {
        try
        {
            return new SluiceRuntime(_model, services);
        }
        catch (IOException exception)
        {
            throw new ComponentStartException($"service::journal: {exception.Message}", exception);
        }
    }

    private async Task StartMetricsAsync(MetricsCollector metrics, CancellationToken cancellationToken)
    {
        if (_model.Service.Telemetry.Metrics.Endpoint is { } endpoint)
        {
            var host = _owned.Add(await PrometheusEndpoint.StartAsync(
                Listen("service::telemetry::metrics::address", endpoint), metrics, _loggers.CreateLogger("metrics"), cancellationToken).ConfigureAwait(false));
            _sidePorts.Add(new BoundEndpoint("metrics", host.Address, "Prometheus metrics of Sluice itself: /metrics"));
        }
    }

    private async Task StartApiAsync(SluiceRuntime runtime, CancellationToken cancellationToken)
    {
        if (_model.Service.Api.Enabled)
        {
            var sources = new ApiSources
            {
                StoreDirectory = StoreDirectory(),
                DeadLetterDirectory = _model.Service.DeadLetters.DirectoryIn(_dataDirectory),
                Status = runtime,
                Replays = runtime.Replays,
            };
            var server = _owned.Add(await ApiServer.StartAsync(
                _model.Service.Api, sources, TimeProvider.System, _loggers.CreateLogger("api"), cancellationToken).ConfigureAwait(false));
            _sidePorts.Add(server.Endpoint);
        }
    }

    /// <summary>The store to search: that of the first store exporter; null without one.</summary>
    private string? StoreDirectory()
    {
        var exporter = _model.OfKind(ComponentKind.Exporter).FirstOrDefault(component => component.Options is StoreExporterOptions);
        return ((StoreExporterOptions?)exporter?.Options)?.DirectoryIn(_dataDirectory, exporter!.Id.Name);
    }

    private static HttpHostOptions Listen(string key, EndpointText endpoint) => new() { ConfigurationKey = key, Endpoint = endpoint };
}
