using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Telemetry.Otlp;

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

    /// <summary>Reads the protobuf encoding; details other than a <c>RetryInfo</c> are passed over.</summary>
    /// <returns>False when it is malformed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out RpcStatus status)
    {
        var (code, text, delay) = (RpcCode.Ok, "", (TimeSpan?)null);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (1, WireType.Varint):
                    reader.TryReadVarint(out var number);
                    code = (RpcCode)(int)number;
                    break;
                case (2, WireType.LengthDelimited):
                    reader.TryReadBytes(out var bytes);
                    text = Encoding.UTF8.GetString(bytes);
                    break;
                case (3, WireType.LengthDelimited):
                    reader.TryReadBytes(out var detail);
                    delay = ReadRetryInfo(detail) ?? delay;
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        status = new RpcStatus(code, text, delay);
        return !reader.Malformed;
    }

    /// <summary>Reads an <c>Any</c> (1 type, 2 value) that holds a <c>RetryInfo</c> (1 retry_delay); null when it holds something else.</summary>
    private static TimeSpan? ReadRetryInfo(ReadOnlySpan<byte> any)
    {
        var isRetryInfo = false;
        ReadOnlySpan<byte> value = default;
        var reader = new ProtoReader(any);
        while (reader.TryReadTag())
        {
            if (reader.WireType != WireType.LengthDelimited || reader.Field is not (1 or 2))
            {
                reader.TrySkip();
            }
            else if (reader.TryReadBytes(out var bytes))
            {
                isRetryInfo |= reader.Field == 1 && bytes.EndsWith("/google.rpc.RetryInfo"u8);
                value = reader.Field == 2 ? bytes : value;
            }
        }

        if (!isRetryInfo || reader.Malformed)
        {
            return null;
        }

        var info = new ProtoReader(value);
        while (info.TryReadTag())
        {
            if (info is { Field: 1, WireType: WireType.LengthDelimited } && info.TryReadBytes(out var duration))
            {
                return ReadDuration(duration);
            }

            info.TrySkip();
        }

        return null;
    }

    /// <summary>Reads a <c>Duration</c>: 1 seconds, 2 nanos. A negative one is none; one beyond what we can count is the longest.</summary>
    private static TimeSpan ReadDuration(ReadOnlySpan<byte> message)
    {
        var (seconds, nanos) = (0L, 0L);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader is { WireType: WireType.Varint, Field: 1 or 2 } && reader.TryReadVarint(out var number))
            {
                (seconds, nanos) = reader.Field == 1 ? ((long)number, nanos) : (seconds, (int)number);
            }
            else
            {
                reader.TrySkip();
            }
        }

        if (seconds > (long)TimeSpan.MaxValue.TotalSeconds - 1)
        {
            return TimeSpan.MaxValue;
        }

        return seconds < 0 || nanos < 0 ? TimeSpan.Zero : TimeSpan.FromTicks((seconds * TimeSpan.TicksPerSecond) + (nanos / TimeSpan.NanosecondsPerTick));
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
