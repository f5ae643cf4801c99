using Sluice.Components.Exporters.OtlpGrpcExporter;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Compliance;

public sealed class OtlpGrpcExporterComplianceTests : ExporterCompliance, IAsyncLifetime
{
    private OtlpSink _sink = null!;

    protected override IExporterFactory Factory { get; } = new OtlpGrpcExporterFactory();

    public async ValueTask InitializeAsync() => _sink = await OtlpSink.StartAsync();

    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    protected override object CreateOptions(string directory) => new OtlpGrpcExporterOptions { Endpoint = _sink.Grpc, Tls = new() { Insecure = true } };
}
