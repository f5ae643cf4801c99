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
}
