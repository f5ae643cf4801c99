using Sluice.Components.Exporters.HttpExporter;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Compliance;

public sealed class HttpExporterComplianceTests : ExporterCompliance, IAsyncLifetime
{
    private HttpSink _sink = null!;

    protected override IExporterFactory Factory { get; } = new HttpExporterFactory();

    public async ValueTask InitializeAsync() => _sink = await HttpSink.StartAsync();

    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    protected override object CreateOptions(string directory) => new HttpExporterOptions { Endpoint = _sink.Address };
}
