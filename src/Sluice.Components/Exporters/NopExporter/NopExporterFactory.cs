using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.NopExporter;

/// <summary>The <c>nop</c> exporter.</summary>
public sealed class NopExporterFactory : ExporterFactory<NopExporterOptions>
{
    /// <inheritdoc/>
    public override string Type => "nop";

    /// <inheritdoc/>
    public override string Summary => "Takes everything and does nothing with it.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, NopExporterOptions options) => new NopExporter();

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(NopExporterOptions options) => new() { OnFull = OnFull.DropOldest };
}
