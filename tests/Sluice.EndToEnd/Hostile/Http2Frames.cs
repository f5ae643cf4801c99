using System.Buffers.Binary;
using System.Text;

namespace Sluice.EndToEnd.Hostile;

/// <summary>Frames of HTTP/2 (RFC 9113) as no decent client would send them.</summary>
internal static class Http2Frames
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte Continuation = 9;

    public const byte EndStream = 1;
    public const byte EndHeaders = 4;

    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>The head of a gRPC call, in literal fields without Huffman coding (RFC 7541, 6.2.2).</summary>
    public static byte[] CallHead(params (string Name, string Value)[] more)
    {
        using var block = new MemoryStream();
        (string, string)[] fields =
        [
            (":method", "POST"), (":scheme", "http"), (":path", "/opentelemetry.proto.collector.logs.v1.LogsService/Export"),
            (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"), .. more,
        ];
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            Write(name);
            Write(value);
        }

        return block.ToArray();

        void Write(string text)
        {
            var left = text.Length;
            if (left < 127)
            {
                block.WriteByte((byte)left);
            }
            else
            {
                block.WriteByte(127);
                for (left -= 127; left >= 128; left >>= 7)
                {
                    block.WriteByte((byte)(left | 128));
                }

                block.WriteByte((byte)left);
            }

            block.Write(Encoding.ASCII.GetBytes(text));
        }
    }

    /// <summary>The types of the frames in what a server sent.</summary>
    public static List<(byte Type, byte[] Payload)> Parse(byte[] bytes)
    {
        var frames = new List<(byte, byte[])>();
        for (var at = 0; at + 9 <= bytes.Length;)
        {
            var length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
            var end = Math.Min(bytes.Length, at + 9 + length);
            frames.Add((bytes[at + 3], bytes[(at + 9)..end]));
            at = end;
        }

        return frames;
    }
}
