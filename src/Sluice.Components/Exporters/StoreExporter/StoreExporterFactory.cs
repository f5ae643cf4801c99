using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.StoreExporter;

/// <summary>The <c>store</c> exporter.</summary>
public sealed class StoreExporterFactory : ExporterFactory<StoreExporterOptions>
{
    /// <summary>A transaction takes milliseconds; only a disk that hangs takes this long.</summary>
    private static readonly TimeSpan AttemptTime = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public override string Type => "store";

    /// <inheritdoc/>
    public override string Summary => "Stores records in the embedded store, where the search API and sluice search find them.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, StoreExporterOptions options) => new StoreExporter(context, options);

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(StoreExporterOptions options) => DeliveryOptions.From(options) with { Timeout = AttemptTime };
}
