using Sluice.Components.Exporters.OtlpHttpExporter;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Compliance;

public sealed class OtlpHttpExporterComplianceTests : ExporterCompliance, IAsyncLifetime
{
    private OtlpSink _sink = null!;

    protected override IExporterFactory Factory { get; } = new OtlpHttpExporterFactory();

    public async ValueTask InitializeAsync() => _sink = await OtlpSink.StartAsync();

    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    protected override object CreateOptions(string directory) => new OtlpHttpExporterOptions { Endpoint = _sink.Http };
}
