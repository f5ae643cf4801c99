using Google.Protobuf;
using Sluice.EndToEnd.Support;
using Sluice.Standins.Elasticsearch;
using Sluice.Standins.Elasticsearch.Faults;
using Sluice.Testing;

namespace Sluice.EndToEnd.Elasticsearch;

/// <summary>What the headers of a request say reaches Elasticsearch behind the journal: the shape of its documents, and its tenant.</summary>
public sealed class SenderTests
{
    [Fact]
    public async Task A_sender_chooses_the_mode_of_its_documents_and_its_tenant_goes_along()
    {
        var cluster = new StandinCluster(new StandinOptions { Version = StandinVersion.Elasticsearch9 });
        cluster.PutIndexTemplate("logs", """{"index_patterns":["logs-*"],"data_stream":{}}""");
        var tenants = new List<string>();
        cluster.Faults.OnRequest(request =>
        {
            lock (tenants)
            {
                tenants.Add(request.Headers.GetValueOrDefault("x-tenant") ?? "none");
            }

            return (RequestFault?)null;
        });
        await using var node = await StandinNode.StartAsync(cluster);
        await using var sluice = await Instance.StartAsync(
            $$"""
            receivers:
              otlp: {protocols: {http: {include_metadata: true} } }
            extensions:
              headers_setter: {headers: [{key: X-Tenant, from_context: X-Tenant}] }
            exporters:
              elasticsearch:
                endpoint: {{node.Address}}
                auth: {authenticator: headers_setter}
                mapping: {allowed_modes: [otel, ecs]}
                sending_queue: {batch: {flush_timeout: 20ms, min_size: 0} }
            service:
              extensions: [health_check, headers_setter]
              pipelines:
                logs: {receivers: [otlp], exporters: [elasticsearch]}
            """);
        await PostAsync(sluice, "acme", "otel", "one");
        await PostAsync(sluice, "acme", "ecs", "two");
        await PostAsync(sluice, "ecorp", "raw", "three");
        await PostAsync(sluice, "ecorp", "ECS", "four");

        await Eventually.TrueAsync(
            async () => await sluice.Api.LedgerAsync("logs") is { } ledger && (long)ledger["committed"]! == 4 && (long)ledger["exporters"]![0]!["pending"]! == 0,
            () => "everything is settled");

        Assert.Equal("one", Assert.Single(cluster.Documents("logs-generic.otel-default")).Json.GetProperty("body").GetProperty("text").GetString());
        Assert.Equal(["four", "two"], cluster.Documents("logs-generic-default").Select(document => document.Json.GetProperty("message").GetString()).Order(StringComparer.Ordinal));
        var letter = Assert.Single((await sluice.Api.GetAsync("dead-letters"))["dead_letters"]!.AsArray());
        Assert.Equal("its sender asks for the mapping mode \"raw\", which is not among mapping::allowed_modes", (string)letter!["reason"]!);
        lock (tenants)
        {
            Assert.Equal(["acme", "ecorp"], tenants.Distinct().Order(StringComparer.Ordinal));
        }
    }

    private static async Task PostAsync(Instance sluice, string tenant, string mode, string body)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(OtlpClient.Logs("shop", body).ToByteArray());
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.Add("X-Tenant", tenant);
        content.Headers.Add("X-Elastic-Mapping-Mode", mode);
        using var response = await http.PostAsync(new Uri($"http://{sluice.Process.Endpoints["otlp/http"]}/v1/logs"), content, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
