using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>The <c>debug</c> exporter.</summary>
public sealed class DebugExporterFactory : ExporterFactory<DebugExporterOptions>
{
    /// <inheritdoc/>
    public override string Type => "debug";

    /// <inheritdoc/>
    public override string Summary => "Prints records to the terminal or the log: counts, one line each, or every field.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, DebugExporterOptions options) => new DebugExporter(context, options);

    /// <summary>It drops rather than holds back the pipeline: a terminal that nobody reads must not refuse data.</summary>
    protected override DeliveryOptions Delivery(DebugExporterOptions options) => new() { OnFull = OnFull.DropOldest };
}
