using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>The <c>prometheusremotewrite</c> exporter.</summary>
public sealed class PrometheusRemoteWriteExporterFactory : ExporterFactory<PrometheusRemoteWriteExporterOptions>
{
    /// <summary>
    /// Batches end between the entries of the journal, never inside one: an entry is then in one request as a whole, or cut into requests of
    /// its own, so that what a request holds does not depend on when the process was started.
    /// </summary>
    private static readonly BatchOptions DefaultBatch = new() { Sizer = BatchSizer.Bytes, MinSize = 1 << 20 };

    /// <inheritdoc/>
    public override string Type => "prometheusremotewrite";

    /// <summary>The Collector's name by its new rules.</summary>
    public override IReadOnlyList<string> Aliases => ["prometheus_remote_write"];

    /// <inheritdoc/>
    public override IReadOnlyList<PipelineSignal> Signals => [PipelineSignal.Metrics];

    /// <inheritdoc/>
    public override string Summary => "Sends metrics with Prometheus' remote write, 1.0 or 2.0: exemplars, native histograms, samples in order.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, PrometheusRemoteWriteExporterOptions options) =>
        new PrometheusRemoteWriteExporter(context, options);

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(PrometheusRemoteWriteExporterOptions options) => DeliveryOptions.From(options) with
    {
        DefaultBatch = DefaultBatch,
        Timeout = options.Timeout,
    };
}
