using Microsoft.AspNetCore.Http;
using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Exporters.PrometheusExporter;

/// <summary>Keeps the last value of every series, in journal order, and serves them to scrapers on <c>/metrics</c>.</summary>
internal sealed class PrometheusExporter(ComponentContext context, PrometheusExporterOptions options) : IExporter
{
    private const string Path = "/metrics";

    private readonly SeriesStore _store = new(context, options);
    private HttpHost? _host;

    /// <summary>Sums of deltas need every one of them once, and cumulative points in their order.</summary>
    public DeliveryOrder Order => DeliveryOrder.Journal;

    public IReadOnlyList<BoundEndpoint> Endpoints =>
        _host is null ? [] : [new BoundEndpoint(context.Id.ToString(), _host.Address, $"scraped on {Path}")];

    public async ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        _store.Restore(start.OpenTable(new JournalTableOptions { MaxEntries = int.MaxValue }), start.IsCaughtUp);
        var handler = new ScrapeHandler(context, options, _store, start.IsCaughtUp);
        var routes = new Dictionary<string, RequestDelegate> { [Path] = handler.HandleAsync };
        _host = await HttpHost.StartAsync(options.ToHost(context), ReadOnlyRoutes.Serve(routes), context.Logger, cancellationToken);
    }

    public ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _store.Add(batch);
        return new ValueTask<DeliveryOutcome>(DeliveryOutcome.DeliveredWith(_store.TakeChanges(context.Pool.Buffers, EndOf(batch))));
    }

    private static RecordId EndOf(DeliveryBatch batch) =>
        batch.Segments.Count == 0 ? default : batch.Segments[^1].Position.Plus(batch.Segments[^1].Count);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
