using System.Buffers;
using System.Text;
using System.Text.Json;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>
/// The response message: empty when everything was accepted, else with <c>partial_success</c> (field 1), which holds the count of refused
/// items (1) and why and where the first was refused (2).
/// </summary>
internal static class OtlpPartialSuccess
{
    private const int PartialSuccess = 1;
    private const int Rejected = 1;
    private const int ErrorMessage = 2;

    public static byte[] ToProtobuf(Signal signal, in RecordRejections rejections, BufferPool pool)
    {
        using var output = new PooledBufferWriter(pool, "partial success");
        var writer = new ProtoWriter(output);
        var message = writer.BeginMessage(PartialSuccess);
        writer.Varint(Rejected, (ulong)rejections.Items);
        writer.Bytes(ErrorMessage, Encoding.UTF8.GetBytes(Describe(signal, rejections)));
        writer.EndMessage(message);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] ToJson(Signal signal, in RecordRejections rejections)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartObject("partialSuccess"u8);
        writer.WriteString(OtlpSignals.RejectedKeyOf(signal), rejections.Items.ToString());
        writer.WriteString("errorMessage"u8, Describe(signal, rejections));
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static string Describe(Signal signal, in RecordRejections rejections) =>
        $"{rejections.Items} {OtlpSignals.ItemOf(signal)} refused; the first, {OtlpSignals.RecordOf(signal)} {rejections.FirstIndex} of the request"
        + $" (counted from 0), has {Describe(rejections.First)}";

    private static string Describe(RejectionReason reason) => reason switch
    {
        RejectionReason.TraceIdSize => "a trace id that is neither absent nor 16 bytes",
        RejectionReason.SpanIdSize => "a span id that is neither absent nor 8 bytes",
        RejectionReason.InvalidUtf8 => "a string that is not UTF-8",
        RejectionReason.TooDeep => $"values nested deeper than {IndexLimits.Default.MaxDepth} levels",
        RejectionReason.SplitMessage => "a message field that occurs twice",
        _ => "a fault",
    };
}
