using System.Text;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using Sluice.Buffers;
using Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

namespace Sluice.Components.Tests.Receivers.ElasticsearchReceiver;

/// <summary>Writes documents without a receiver around them.</summary>
internal static class Documents
{
    public const ulong Observed = 1_700_000_000_000_000_000;

    /// <summary>The request that documents of one index become; all of them are taken.</summary>
    public static ExportLogsServiceRequest Write(string index, params string[] documents)
    {
        using var pool = new BufferPool(new() { Tracking = true });
        using var writer = new DocumentWriter(pool);
        foreach (var document in documents)
        {
            Assert.True(
                writer.TryAppend(Encoding.UTF8.GetBytes(document), new DocumentOrigin { Index = Encoding.UTF8.GetBytes(index) }, Observed),
                DocumentWriter.DescribeFault(Encoding.UTF8.GetBytes(document)));
        }

        using var bytes = writer.Finish(out var length);

        // A level of a value takes four messages, more than the parser reads by default.
        using var input = CodedInputStream.CreateWithLimits(new MemoryStream(bytes.Array, 0, length), int.MaxValue, recursionLimit: 512);
        return ExportLogsServiceRequest.Parser.ParseFrom(input);
    }

    /// <summary>Keys and values, lists and maps in Google's JSON.</summary>
    public static string Text(IEnumerable<KeyValue> attributes) => string.Join('\n', attributes.Select(attribute => $"{attribute.Key}={Text(attribute.Value)}"));

    public static string Text(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.None => "null",
        AnyValue.ValueOneofCase.ArrayValue => $"[{string.Join(',', value.ArrayValue.Values.Select(Text))}]",
        AnyValue.ValueOneofCase.KvlistValue => $"{{{string.Join(',', value.KvlistValue.Values.Select(pair => $"{pair.Key}:{Text(pair.Value)}"))}}}",
        _ => value.ToString(),
    };
}
