using System.Globalization;
using System.Text;

namespace Sluice.Transport.Grpc;

/// <summary>The percent-encoding of the <c>grpc-message</c> header.</summary>
internal static class GrpcMessageText
{
    /// <summary>Encodes the UTF-8 form: everything but printable ASCII, and the percent sign itself.</summary>
    public static string Encode(string message)
    {
        if (!message.AsSpan().ContainsAnyExceptInRange(' ', '~') && !message.Contains('%', StringComparison.Ordinal))
        {
            return message;
        }

        var text = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(message))
        {
            if (octet is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append('%').Append(octet.ToString("X2"));
            }
        }

        return text.ToString();
    }

    /// <summary>Decodes it; what is no code of a byte stays as it is, as the protocol wants it.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var octets = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                octets[count++] = byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 2;
            }
            else
            {
                count += Encoding.UTF8.GetBytes(text.AsSpan(i, 1), octets.AsSpan(count));
            }
        }

        return Encoding.UTF8.GetString(octets, 0, count);
    }
}
