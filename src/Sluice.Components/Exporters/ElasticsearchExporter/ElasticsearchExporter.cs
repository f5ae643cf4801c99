using System.Collections.Concurrent;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Encoders.Elasticsearch;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>Stores batches with bulk requests. Keeps connections, encoders, and what it has learned of the cluster between batches; thread-safe.</summary>
internal sealed class ElasticsearchExporter(ComponentContext context, ElasticsearchExporterOptions options) : IExporter
{
    private readonly ConcurrentBag<BulkDelivery> _idle = [];
    private readonly DocumentOptions _documents = options.Documents;
    private readonly DocumentTargets _targets = new();
    private readonly ClusterClient _cluster = new(context, options);
    private readonly BulkLimit _limit = new();
    private readonly RefusalLog _refusals = new(context.Logger, context.Time);
    private TimeSeriesProbe? _probe;
    private RecordId _end;

    public DeliveryOrder Order => DeliveryOrder.None;

    public ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        _end = start.End;
        _probe = new TimeSeriesProbe(_cluster);
        _cluster.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await _cluster.LearnAsync(batch.Values, cancellationToken) is { } away)
        {
            return DeliveryOutcome.Retry(away);
        }

        if (_cluster.Product!.Fault is { } fault)
        {
            return DeliveryOutcome.Fatal(fault);
        }

        if (!_idle.TryTake(out var delivery))
        {
            delivery = new BulkDelivery(context.Pool.Buffers, options, _documents, _targets, _cluster, _probe!, _limit, _refusals, _end);
        }

        try
        {
            return await delivery.RunAsync(batch, cancellationToken);
        }
        finally
        {
            delivery.Rest();
            _idle.Add(delivery);
        }
    }

    public ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var delivery))
        {
            delivery.Dispose();
        }

        return _cluster.DisposeAsync();
    }
}
