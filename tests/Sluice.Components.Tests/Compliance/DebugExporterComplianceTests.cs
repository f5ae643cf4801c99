using Sluice.Components.Exporters.DebugExporter;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;

namespace Sluice.Components.Tests.Compliance;

public sealed class DebugExporterComplianceTests : ExporterCompliance
{
    protected override IExporterFactory Factory { get; } = new DebugExporterFactory();

    protected override object CreateOptions(string directory) => new DebugExporterOptions { Verbosity = DebugVerbosity.Detailed };
}
