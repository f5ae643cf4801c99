using Google.Protobuf;
using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Processes;
using Sluice.Testing.Sinks;

namespace Sluice.EndToEnd.Forwarding;

/// <summary>What requests say of their tenant reaches the destination, through the journal, a restart and the dead letters.</summary>
public sealed class TenantTests
{
    [Theory]
    [InlineData("otlp_http")]
    [InlineData("otlp_grpc")]
    public async Task Each_tenants_records_go_out_under_its_own_header(string exporter)
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var sluice = await StartAsync(sink, exporter);
        for (var i = 0; i < 5; i++)
        {
            foreach (var tenant in new[] { "acme", "ecorp", null })
            {
                await PostAsync(sluice, tenant, $"{tenant ?? "shared"} {i}");
            }
        }

        await sluice.Api.ExpectSettledAsync("logs", 15, exporter);

        Assert.Equal(15, sink.Requests.Sum(request => request.Names.Count));
        Assert.All(sink.Requests, request => Assert.All(request.Names, name => Assert.StartsWith(request.Headers["x-scope-orgid"] + " ", name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_tenant_is_remembered_over_a_restart_and_by_dead_letters()
    {
        await using var sink = await OtlpSink.StartAsync();
        sink.AnswerWith(_ => SinkAnswer.Status(503));
        string directory;
        await using (var sluice = await StartAsync(sink, "otlp_http"))
        {
            directory = sluice.Process.Directory;
            sluice.Process.OwnsDirectory = false;
            await PostAsync(sluice, "acme", "acme 1");
            await PostAsync(sluice, "ecorp", "ecorp 1");
            await Eventually.TrueAsync(() => sink.Requests.Count >= 2, "it is tried");
            await sluice.Process.StopAsync();
        }

        // A tenant that is not known there does not hold up the other.
        sink.AnswerWith(request => request.Headers["x-scope-orgid"] == "acme" ? SinkAnswer.Status(400, "unknown tenant") : SinkAnswer.Taken);
        await using var again = await StartAsync(sink, "otlp_http", directory);
        await Eventually.TrueAsync(
            async () => (await again.Api.GetAsync("dead-letters"))["dead_letters"]!.AsArray().Count == 1, () => "the records of the unknown tenant are dead letters");
        await Eventually.TrueAsync(() => sink.TakenRequests == 1, "those of the other are taken");

        sink.AnswerWith(_ => SinkAnswer.Taken);
        var replay = await SluiceProcess.RunAsync(["dead-letters", "replay", "--all", "--api", $"http://{again.Process.Endpoints["api"]}"]);
        Assert.True(replay.ExitCode == 0, replay.Error);
        await Eventually.TrueAsync(() => sink.TakenRequests == 2, "the dead letter is taken");

        Assert.All(sink.Requests, request => Assert.Equal(request.Headers["x-scope-orgid"] + " 1", Assert.Single(request.Names)));
    }

    private static Task<Instance> StartAsync(OtlpSink sink, string exporter, string? directory = null) => Instance.StartAsync(
        $$"""
        receivers:
          otlp:
            protocols:
              http: {include_metadata: true}
        extensions:
          headers_setter:
            headers:
              - {key: X-Scope-OrgID, from_context: X-Tenant, default_value: shared}
        exporters:
          {{exporter}}:
            endpoint: "{{(exporter == "otlp_http" ? sink.Http : sink.Grpc)}}"
            tls: {insecure: true}
            auth: {authenticator: headers_setter}
            retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}
        service:
          extensions: [health_check, headers_setter]
          shutdown_timeout: 1s
          pipelines:
            logs: {receivers: [otlp], exporters: [{{exporter}}]}
        """,
        directory);

    private static async Task PostAsync(Instance sluice, string? tenant, string text)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(OtlpClient.Logs("shop", text).ToByteArray());
        content.Headers.ContentType = new("application/x-protobuf");
        if (tenant is not null)
        {
            http.DefaultRequestHeaders.Add("X-Tenant", tenant);
        }

        using var response = await http.PostAsync(new Uri($"http://{sluice.Process.Endpoints["otlp/http"]}/v1/logs"), content);
        response.EnsureSuccessStatusCode();
    }
}
