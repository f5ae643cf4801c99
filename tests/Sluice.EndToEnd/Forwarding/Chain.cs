using Sluice.EndToEnd.Support;

namespace Sluice.EndToEnd.Forwarding;

/// <summary>Two Sluices, one of which sends all it gets to the other, which writes it to files.</summary>
internal sealed class Chain : IAsyncDisposable
{
    private Chain(Instance first, Instance second)
    {
        First = first;
        Second = second;
    }

    /// <summary>Takes what senders send.</summary>
    public Instance First { get; }

    /// <summary>Writes <c>out.jsonl</c> (envelopes) and <c>out.pb</c> (protobuf).</summary>
    public Instance Second { get; }

    /// <summary>The exporter that connects them: type and more keys, such as <c>otlp_http: {encoding: json}</c>.</summary>
    public static IReadOnlyList<string> Exporters { get; } = ["otlp_http: {}", "otlp_http: {encoding: json, compression: none}", "otlp_grpc: {}", "otlp_grpc: {compression: none}"];

    public static async Task<Chain> StartAsync(string exporter)
    {
        var second = await Instance.StartAsync(
            """
            exporters:
              file/envelopes: {path: out.jsonl, format: json_lines}
              file/proto: {path: out.pb, format: proto}
            service:
              pipelines:
                logs: {receivers: [otlp], exporters: [file/envelopes, file/proto]}
                traces: {receivers: [otlp], exporters: [file/envelopes, file/proto]}
                metrics: {receivers: [otlp], exporters: [file/envelopes, file/proto]}
            """);
        var type = exporter[..exporter.IndexOf(':', StringComparison.Ordinal)];
        var address = type == "otlp_http"
            ? $"endpoint: \"http://{second.Process.Endpoints["otlp/http"]}\""
            : $"endpoint: \"{second.Process.Endpoints["otlp/grpc"]}\", tls: {{insecure: true}}";
        var keys = exporter[(exporter.IndexOf('{', StringComparison.Ordinal) + 1)..^1];
        var first = await Instance.StartAsync(
            $$"""
            exporters:
              {{type}}: { {{address}}{{(keys.Length == 0 ? "" : ", " + keys)}} }
            service:
              pipelines:
                logs: {receivers: [otlp], exporters: [{{type}}]}
                traces: {receivers: [otlp], exporters: [{{type}}]}
                metrics: {receivers: [otlp], exporters: [{{type}}]}
            """);
        return new Chain(first, second);
    }

    /// <summary>Waits until both have delivered so many records of a pipeline, and nothing but delivered them.</summary>
    public async Task ExpectSettledAsync(string pipeline, long records, string exporter)
    {
        await First.Api.ExpectSettledAsync(pipeline, records, exporter[..exporter.IndexOf(':', StringComparison.Ordinal)]);
        await Second.Api.ExpectSettledAsync(pipeline, records, "file/envelopes", "file/proto");
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }
}
