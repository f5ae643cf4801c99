using Sluice.Components.Exporters.NopExporter;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;

namespace Sluice.Components.Tests.Compliance;

public sealed class NopExporterComplianceTests : ExporterCompliance
{
    protected override IExporterFactory Factory { get; } = new NopExporterFactory();

    protected override object CreateOptions(string directory) => new NopExporterOptions();
}
