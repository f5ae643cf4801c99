using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Rpc;

namespace Sluice.Components.Exporters.Otlp;

/// <summary>What a server says of a request that it took: how many items it refused all the same, and why.</summary>
/// <param name="Rejected">Log records, spans or data points refused; 0 for none.</param>
/// <param name="Message">Why, or what else it wants to be known; empty for nothing.</param>
internal readonly record struct ExportAnswer(long Rejected, string Message)
{
    /// <summary>Reads a response in protobuf: <c>partial_success</c> (1) with the count (1) and the message (2).</summary>
    /// <returns>False when it is malformed.</returns>
    public static bool TryReadProtobuf(ReadOnlySpan<byte> message, out ExportAnswer answer)
    {
        answer = new ExportAnswer(0, "");
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader is { Field: 1, WireType: WireType.LengthDelimited } && reader.TryReadBytes(out var partial))
            {
                if (!TryReadPartialSuccess(partial, ref answer))
                {
                    return false;
                }
            }
            else
            {
                reader.TrySkip();
            }
        }

        return !reader.Malformed && answer.Rejected >= 0;
    }

    /// <summary>Reads a response in OTLP-JSON.</summary>
    /// <returns>False when it is malformed.</returns>
    public static bool TryReadJson(Signal signal, ReadOnlyMemory<byte> text, out ExportAnswer answer)
    {
        answer = new ExportAnswer(0, "");
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            if (!document.RootElement.TryGetProperty("partialSuccess"u8, out var partial) || partial.ValueKind == JsonValueKind.Null)
            {
                return true;
            }

            var rejected = 0L;
            var key = signal switch { Signal.Logs => "rejectedLogRecords", Signal.Traces => "rejectedSpans", _ => "rejectedDataPoints" };
            if (partial.TryGetProperty(key, out var count) && !TryReadCount(count, out rejected))
            {
                return false;
            }

            answer = new ExportAnswer(rejected, partial.TryGetProperty("errorMessage"u8, out var message) ? message.GetString() ?? "" : "");
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The message of a <c>google.rpc.Status</c>, the body of errors; of other bodies nothing is worth repeating.</summary>
    public static RpcStatus ReadError(string? mediaType, ReadOnlyMemory<byte> body)
    {
        if (IsProtobuf(mediaType))
        {
            return RpcStatus.TryRead(body.Span, out var status) ? status : default;
        }

        if (IsJson(mediaType))
        {
            try
            {
                using var document = JsonDocument.Parse(body);
                return document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty("message"u8, out var message) && message.ValueKind == JsonValueKind.String
                    ? new RpcStatus(RpcCode.Unknown, message.GetString()!)
                    : default;
            }
            catch (JsonException)
            {
                return default;
            }
        }

        return default;
    }

    /// <summary>Whether a content type is that of protobuf.</summary>
    public static bool IsProtobuf(string? mediaType) => string.Equals(mediaType, "application/x-protobuf", StringComparison.OrdinalIgnoreCase)
        || string.Equals(mediaType, "application/protobuf", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a content type is that of JSON.</summary>
    public static bool IsJson(string? mediaType) => string.Equals(mediaType, "application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>A server's words, made fit for one line of a log: short, without control characters.</summary>
    public static string Shorten(string? message)
    {
        const int Longest = 300;
        if (string.IsNullOrWhiteSpace(message))
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var character in message.AsSpan().Trim())
        {
            if (text.Length == Longest)
            {
                return text.Append('…').ToString();
            }

            text.Append(char.IsControl(character) ? ' ' : character);
        }

        return text.ToString();
    }

    private static bool TryReadPartialSuccess(ReadOnlySpan<byte> partial, ref ExportAnswer answer)
    {
        var reader = new ProtoReader(partial);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (1, WireType.Varint):
                    reader.TryReadVarint(out var count);
                    answer = answer with { Rejected = (long)count };
                    break;
                case (2, WireType.LengthDelimited):
                    reader.TryReadBytes(out var text);
                    answer = answer with { Message = Encoding.UTF8.GetString(text) };
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return !reader.Malformed;
    }

    /// <summary>JSON has 64-bit integers as text; numbers are taken too.</summary>
    private static bool TryReadCount(JsonElement value, out long count)
    {
        count = 0;
        return (value.ValueKind switch
        {
            JsonValueKind.String => long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out count),
            JsonValueKind.Number => value.TryGetInt64(out count),
            _ => false,
        }) && count >= 0;
    }
}
