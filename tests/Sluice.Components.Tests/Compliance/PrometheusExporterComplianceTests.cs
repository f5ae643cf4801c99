using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;

namespace Sluice.Components.Tests.Compliance;

public sealed class PrometheusExporterComplianceTests : ExporterCompliance
{
    protected override IExporterFactory Factory { get; } = new PrometheusExporterFactory();

    protected override object CreateOptions(string directory) => new PrometheusExporterOptions { Endpoint = EndpointText.Parse("127.0.0.1:0") };
}
