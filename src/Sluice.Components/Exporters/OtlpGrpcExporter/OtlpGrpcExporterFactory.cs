using Sluice.Components.Exporters.Otlp;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.OtlpGrpcExporter;

/// <summary>The <c>otlp_grpc</c> exporter.</summary>
public sealed class OtlpGrpcExporterFactory : ExporterFactory<OtlpGrpcExporterOptions>
{
    /// <inheritdoc/>
    public override string Type => "otlp_grpc";

    /// <summary>The Collector's old name.</summary>
    public override IReadOnlyList<string> Aliases => ["otlp"];

    /// <inheritdoc/>
    public override string Summary => "Sends records with OTLP over gRPC, byte for byte as they came.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, OtlpGrpcExporterOptions options) => new OtlpGrpcExporter(context, options);

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(OtlpGrpcExporterOptions options) => DeliveryOptions.From(options) with
    {
        DefaultBatch = ExportClient.DefaultBatch,
        Timeout = options.Timeout,
    };
}
