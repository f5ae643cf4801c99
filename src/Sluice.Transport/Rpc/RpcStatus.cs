using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sluice.Transport.Rpc;

/// <summary>A <c>google.rpc.Status</c>: the body of OTLP/HTTP errors and the details of gRPC errors.</summary>
/// <param name="Code">What kind of outcome it is.</param>
/// <param name="Message">What, where and what would be right.</param>
/// <param name="RetryDelay">When the same request is worth repeating; null for never, or for no advice.</param>
public readonly record struct RpcStatus(RpcCode Code, string Message, TimeSpan? RetryDelay = null)
{
    private const string RetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";
    private const int LengthDelimited = 2;

    /// <summary>Success.</summary>
    public static RpcStatus Ok { get; } = new(RpcCode.Ok, "");

    /// <summary>The protobuf encoding: 1 code, 2 message, 3 details, the delay as a <c>RetryInfo</c>.</summary>
    public byte[] ToProtobuf()
    {
        using var output = new MemoryStream();
        if (Code != RpcCode.Ok)
        {
            WriteTag(output, 1, 0);
            WriteVarint(output, (ulong)Code);
        }

        WriteBytes(output, 2, Encoding.UTF8.GetBytes(Message));
        if (RetryDelay is { } delay)
        {
            using var any = new MemoryStream();
            WriteBytes(any, 1, Encoding.UTF8.GetBytes(RetryInfoType));
            WriteBytes(any, 2, EncodeRetryInfo(delay));
            WriteBytes(output, 3, any.ToArray());
        }

        return output.ToArray();
    }

    /// <summary>The JSON encoding of protobuf.</summary>
    public byte[] ToJson()
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteNumber("code"u8, (int)Code);
        writer.WriteString("message"u8, Message);
        if (RetryDelay is { } delay)
        {
            writer.WriteStartArray("details"u8);
            writer.WriteStartObject();
            writer.WriteString("@type"u8, RetryInfoType);
            writer.WriteString("retryDelay"u8, string.Create(CultureInfo.InvariantCulture, $"{delay.TotalSeconds:0.#########}s"));
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>RetryInfo: 1 retry_delay, a Duration of 1 seconds, 2 nanos.</summary>
    private static byte[] EncodeRetryInfo(TimeSpan delay)
    {
        using var duration = new MemoryStream();
        WriteTag(duration, 1, 0);
        WriteVarint(duration, (ulong)(delay.Ticks / TimeSpan.TicksPerSecond));
        WriteTag(duration, 2, 0);
        WriteVarint(duration, (ulong)(delay.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
        using var info = new MemoryStream();
        WriteBytes(info, 1, duration.ToArray());
        return info.ToArray();
    }

    private static void WriteBytes(MemoryStream output, int field, byte[] value)
    {
        WriteTag(output, field, LengthDelimited);
        WriteVarint(output, (ulong)value.Length);
        output.Write(value);
    }

    private static void WriteTag(MemoryStream output, int field, int type) => WriteVarint(output, (ulong)((field << 3) | type));

    private static void WriteVarint(MemoryStream output, ulong value)
    {
        while (value >= 0x80)
        {
            output.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        output.WriteByte((byte)value);
    }
}
