using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>The <c>elasticsearch</c> exporter.</summary>
public sealed class ElasticsearchExporterFactory : ExporterFactory<ElasticsearchExporterOptions>
{
    /// <summary>Batches by bytes; requests are cut by the size of the documents, which is another.</summary>
    private static readonly BatchOptions DefaultBatch = new() { Sizer = BatchSizer.Bytes, MinSize = 1 << 20, MaxSize = 4 << 20 };

    /// <inheritdoc/>
    public override string Type => "elasticsearch";

    /// <inheritdoc/>
    public override string Summary => "Stores records as documents in Elasticsearch or OpenSearch, each once.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, ElasticsearchExporterOptions options) => new ElasticsearchExporter(context, options);

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(ElasticsearchExporterOptions options) =>
        DeliveryOptions.From(options) with { DefaultBatch = DefaultBatch, Timeout = options.Timeout };
}
