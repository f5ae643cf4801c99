using System.Buffers.Text;
using System.Text;

namespace Sluice.Load.Sending;

/// <summary>An answer of HTTP/1.1.</summary>
/// <param name="Status">Its status code.</param>
/// <param name="HasBody">Whether it has a body, other than that of a bulk request of which nothing failed.</param>
/// <param name="Closes">Whether the server closes the connection behind it.</param>
internal readonly record struct HttpAnswer(int Status, bool HasBody, bool Closes)
{
    /// <summary>Reads an answer.</summary>
    /// <returns>False when it is not complete yet.</returns>
    /// <exception cref="IOException">It is none, or nothing says where it ends.</exception>
    public static bool TryParse(ReadOnlySpan<byte> text, out HttpAnswer answer)
    {
        answer = default;
        var headers = text.IndexOf("\r\n\r\n"u8);
        if (headers < 0)
        {
            return false;
        }

        var head = text[..(headers + 2)];
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head["HTTP/1.1 ".Length..], out int status, out _))
        {
            throw new IOException("The answer is none of HTTP/1.1: " + Encoding.ASCII.GetString(head[..head.IndexOf((byte)'\r')]));
        }

        int? length = null;
        var isChunked = false;
        var closes = false;
        for (var line = Next(ref head); !head.IsEmpty;)
        {
            line = Next(ref head);
            var colon = line.IndexOf((byte)':');
            var value = colon < 0 ? default : line[(colon + 1)..].Trim((byte)' ');
            if (Is(line, colon, "content-length"u8))
            {
                length = Utf8Parser.TryParse(value, out int number, out _) ? number : throw new IOException("The length of the answer is no number.");
            }
            else if (Is(line, colon, "transfer-encoding"u8))
            {
                isChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            }
            else if (Is(line, colon, "connection"u8))
            {
                closes = Ascii.EqualsIgnoreCase(value, "close"u8);
            }
        }

        var body = text[(headers + 4)..];
        if (isChunked)
        {
            // The only request on the connection was answered: nothing can follow the last chunk.
            answer = new HttpAnswer(status, !body.StartsWith("0\r\n"u8), closes);
            return body.EndsWith("0\r\n\r\n"u8);
        }

        answer = new HttpAnswer(status, length > 0 && !body.StartsWith("{\"errors\":false"u8), closes);
        return body.Length >= (length ?? throw new IOException($"Nothing says how long the answer with status {status} is."));
    }

    /// <summary>
    /// What it says about the records. An export request that was taken whole is answered with 200 and an empty message, of which a body makes a
    /// partial success; a webhook with 202, a bulk request with an item for each document, and before them whether any failed.
    /// </summary>
    public SendAnswer ToSendAnswer() => Status switch
    {
        200 or 202 when !HasBody => SendAnswer.Acknowledged,
        429 or 502 or 503 or 504 => SendAnswer.Refused,
        _ => SendAnswer.Rejected,
    };

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf("\r\n"u8);
        var line = head[..end];
        head = head[(end + 2)..];
        return line;
    }

    private static bool Is(ReadOnlySpan<byte> line, int colon, ReadOnlySpan<byte> name) => colon > 0 && Ascii.EqualsIgnoreCase(line[..colon], name);
}
