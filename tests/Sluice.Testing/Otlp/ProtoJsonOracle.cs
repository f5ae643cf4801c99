using System.Text.Json.Nodes;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Sluice.Telemetry;

namespace Sluice.Testing.Otlp;

/// <summary>OTLP-JSON by way of Google.Protobuf's own ProtoJSON, from which it differs in the ids only.</summary>
public static class ProtoJsonOracle
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));

    /// <summary>Reads OTLP-JSON.</summary>
    public static IMessage Parse(Signal signal, ReadOnlySpan<byte> json)
    {
        var tree = JsonNode.Parse(json)!;
        ConvertIds(tree, static hex => Convert.ToBase64String(Convert.FromHexString(hex)));
        var descriptor = signal switch
        {
            Signal.Logs => ExportLogsServiceRequest.Descriptor,
            Signal.Traces => ExportTraceServiceRequest.Descriptor,
            _ => ExportMetricsServiceRequest.Descriptor,
        };
        return Parser.Parse(tree.ToJsonString(), descriptor);
    }

    /// <summary>Writes OTLP-JSON with the given formatter, ids in upper case.</summary>
    public static byte[] Format(IMessage request, JsonFormatter formatter)
    {
        var tree = JsonNode.Parse(formatter.Format(request))!;
        ConvertIds(tree, static base64 => Convert.ToHexString(Convert.FromBase64String(base64)));
        return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(tree);
    }

    private static void ConvertIds(JsonNode? node, Func<string, string> convert)
    {
        if (node is JsonArray array)
        {
            foreach (var element in array)
            {
                ConvertIds(element, convert);
            }
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (name is "traceId" or "spanId" or "parentSpanId" or "trace_id" or "span_id" or "parent_span_id")
                {
                    members[name] = convert(value!.GetValue<string>());
                }
                else
                {
                    ConvertIds(value, convert);
                }
            }
        }
    }
}
