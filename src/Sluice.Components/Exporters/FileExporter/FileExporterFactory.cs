using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>The <c>file</c> exporter.</summary>
public sealed class FileExporterFactory : ExporterFactory<FileExporterOptions>
{
    /// <inheritdoc/>
    public override string Type => "file";

    /// <inheritdoc/>
    public override string Summary => "Writes records to a file, each once: OTLP-JSON, JSON lines, CloudEvents or OTLP protobuf, with rotation.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, FileExporterOptions options) => new FileExporter(context, options);

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(FileExporterOptions options) => DeliveryOptions.From(options);
}
