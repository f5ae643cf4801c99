using Sluice.Components.Exporters.KafkaExporter;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;
using Sluice.Testing.Kafka;

namespace Sluice.Components.Tests.Exporters.KafkaExporter;

/// <summary>What every exporter must do, to a cluster in memory.</summary>
public sealed class KafkaExporterComplianceTests : ExporterCompliance, IAsyncLifetime
{
    private KafkaStandin? _kafka;

    protected override IExporterFactory Factory => new KafkaExporterFactory();

    public async ValueTask InitializeAsync() => _kafka = await KafkaStandin.StartMockAsync();

    public async ValueTask DisposeAsync()
    {
        if (_kafka is not null)
        {
            await _kafka.DisposeAsync();
        }
    }

    protected override object CreateOptions(string directory) => KafkaExporterUnderTest.Options("logs: { encoding: json }", _kafka!.Bootstrap);
}
