using Sluice.Components.Exporters.ElasticsearchExporter;
using Sluice.Runtime.Contracts;
using Sluice.Standins.Elasticsearch;
using Sluice.Testing.Compliance;

namespace Sluice.Components.Tests.Compliance;

public sealed class ElasticsearchExporterComplianceTests : ExporterCompliance, IAsyncLifetime
{
    private StandinNode _node = null!;

    protected override IExporterFactory Factory { get; } = new ElasticsearchExporterFactory();

    public async ValueTask InitializeAsync()
    {
        var cluster = new StandinCluster();
        cluster.PutIndexTemplate(
            "all",
            """
            {"index_patterns":["logs-*","traces-*","metrics-*"],"data_stream":{},"template":{"mappings":{"dynamic_templates":[
            {"gauge_long":{"mapping":{"type":"long"}}},{"gauge_double":{"mapping":{"type":"double"}}},{"counter_long":{"mapping":{"type":"long"}}},
            {"counter_double":{"mapping":{"type":"double"}}},{"histogram":{"mapping":{"type":"histogram"}}}]}}}
            """);
        _node = await StandinNode.StartAsync(cluster);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    protected override object CreateOptions(string directory) => new ElasticsearchExporterOptions { Endpoint = _node.Address };
}
