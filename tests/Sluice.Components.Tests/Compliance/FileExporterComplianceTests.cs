using Sluice.Components.Exporters.FileExporter;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;

namespace Sluice.Components.Tests.Compliance;

public sealed class FileExporterComplianceTests : ExporterCompliance
{
    protected override IExporterFactory Factory { get; } = new FileExporterFactory();

    protected override object CreateOptions(string directory) => new FileExporterOptions { Path = Path.Combine(directory, "telemetry.jsonl") };
}
