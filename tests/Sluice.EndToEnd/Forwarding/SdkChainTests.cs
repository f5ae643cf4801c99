using System.Text.Json.Nodes;
using OpenTelemetry.Exporter;
using Sluice.EndToEnd.Sdks;
using Sluice.EndToEnd.Support;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Forwarding;

/// <summary>What SDKs send arrives through two Sluices equal field by field.</summary>
public sealed class SdkChainTests
{
    private const int Records = 40;

    public static MatrixTheoryData<OtlpExportProtocol, string> DotNet => new([OtlpExportProtocol.Grpc, OtlpExportProtocol.HttpProtobuf], Chain.Exporters);

    public static MatrixTheoryData<string, string> JavaScript => new(["grpc", "http/protobuf", "http/json"], ["otlp_http: {}", "otlp_grpc: {}"]);

    [Theory]
    [MemberData(nameof(DotNet))]
    public Task Of_dotnet(OtlpExportProtocol protocol, string exporter) => RunAsync(exporter, endpoints =>
    {
        var sender = new DotNetSender($"chain-{protocol}", endpoints[protocol == OtlpExportProtocol.Grpc ? "otlp/grpc" : "otlp/http"], protocol, OtlpExportCompression.GZip);
        return Task.Run(() => sender.Send(Records));
    });

    [Theory]
    [MemberData(nameof(JavaScript))]
    public async Task Of_javascript(string protocol, string exporter)
    {
        NodeScript.SkipUnlessInstalled();
        await RunAsync(exporter, endpoints => JavaScriptSender.SendAsync(
            protocol, endpoints[protocol == "grpc" ? "otlp/grpc" : "otlp/http"], "gzip", $"chain-{protocol.Replace('/', '-')}", Records));
    }

    private static async Task RunAsync(string exporter, Func<IReadOnlyDictionary<string, string>, Task<IReadOnlyList<JsonObject>>> send)
    {
        await using var chain = await Chain.StartAsync(exporter);
        var sent = await send(chain.First.Process.Endpoints);

        await chain.ExpectSettledAsync("logs", sent.Count(record => (string?)record["signal"] is "log" or "event"), exporter);
        await chain.ExpectSettledAsync("traces", sent.Count(record => (string?)record["signal"] == "span"), exporter);
        await chain.ExpectSettledAsync("metrics", sent.Count(record => (string?)record["signal"] == "metric"), exporter);
        Envelopes.AssertSame(sent, Envelopes.ReadFile(chain.Second.PathOf("out.jsonl")));
        Assert.Equal(0, await chain.First.Process.StopAsync());
        Assert.Equal(0, await chain.Second.Process.StopAsync());
    }
}
