using Sluice.Components.Exporters.Otlp;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.OtlpHttpExporter;

/// <summary>The <c>otlp_http</c> exporter.</summary>
public sealed class OtlpHttpExporterFactory : ExporterFactory<OtlpHttpExporterOptions>
{
    /// <inheritdoc/>
    public override string Type => "otlp_http";

    /// <summary>The Collector's old name.</summary>
    public override IReadOnlyList<string> Aliases => ["otlphttp"];

    /// <inheritdoc/>
    public override string Summary => "Sends records with OTLP over HTTP, protobuf or JSON, byte for byte as they came.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, OtlpHttpExporterOptions options) => new OtlpHttpExporter(context, options);

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(OtlpHttpExporterOptions options) => DeliveryOptions.From(options) with
    {
        DefaultBatch = ExportClient.DefaultBatch,
        Timeout = options.Timeout,
    };
}
