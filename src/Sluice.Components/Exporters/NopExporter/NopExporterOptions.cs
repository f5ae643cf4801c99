namespace Sluice.Components.Exporters.NopExporter;

/// <summary>The <c>nop</c> exporter has no options.</summary>
public sealed record NopExporterOptions;
