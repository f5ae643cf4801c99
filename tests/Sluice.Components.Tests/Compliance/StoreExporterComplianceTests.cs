using Sluice.Components.Exporters.StoreExporter;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;

namespace Sluice.Components.Tests.Compliance;

public sealed class StoreExporterComplianceTests : ExporterCompliance
{
    protected override IExporterFactory Factory { get; } = new StoreExporterFactory();

    protected override object CreateOptions(string directory) => new StoreExporterOptions();
}
