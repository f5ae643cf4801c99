using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.PrometheusExporter;

/// <summary>The <c>prometheus</c> exporter.</summary>
public sealed class PrometheusExporterFactory : ExporterFactory<PrometheusExporterOptions>
{
    /// <summary>Small: adding costs little by itself, and what is gathered takes memory and keeps scrapes waiting while it is added.</summary>
    private static readonly BatchOptions DefaultBatch = new() { Sizer = BatchSizer.Bytes, MinSize = 128 << 10 };

    /// <inheritdoc/>
    public override string Type => "prometheus";

    /// <inheritdoc/>
    public override IReadOnlyList<PipelineSignal> Signals => [PipelineSignal.Metrics];

    /// <inheritdoc/>
    public override string Summary => "Keeps the last value of every series for Prometheus to scrape: text, OpenMetrics and protobuf, with exemplars and native histograms.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, PrometheusExporterOptions options) => new PrometheusExporter(context, options);

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(PrometheusExporterOptions options) => DeliveryOptions.From(options) with { DefaultBatch = DefaultBatch };
}
