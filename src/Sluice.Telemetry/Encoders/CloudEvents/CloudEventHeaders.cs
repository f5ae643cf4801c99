using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Sluice.Buffers;

namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>Reads headers of the HTTP protocol binding (1.0.2).</summary>
internal static class CloudEventHeaders
{
    /// <summary>Decodes a value: double quotes first, which older senders use, then one round of percent-encoding (3.1.3.2).</summary>
    /// <param name="value">The value as it was sent.</param>
    /// <param name="output">Holds the text and nothing else afterwards.</param>
    /// <returns>False when what it says is not UTF-8.</returns>
    public static bool TryDecode(ReadOnlySpan<char> value, PooledBufferWriter output)
    {
        output.Clear();
        var isQuoted = value is ['"', .., '"'];
        value = isQuoted ? value[1..^1] : value;
        while (!value.IsEmpty)
        {
            var special = value.IndexOfAny('%', '\\');
            var plain = special < 0 ? value : value[..special];
            output.Advance(Encoding.UTF8.GetBytes(plain, output.GetSpan(Encoding.UTF8.GetMaxByteCount(plain.Length))));
            if (special < 0)
            {
                break;
            }

            value = value[special..];
            if (value[0] == '%' && value.Length > 2 && byte.TryParse(value.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                output.WriteByte(octet);
                value = value[3..];
                continue;
            }

            // What encodes nothing stands for itself.
            if (value[0] == '\\' && isQuoted && value.Length > 1)
            {
                value = value[1..];
            }

            var isPair = value.Length > 1 && char.IsSurrogatePair(value[0], value[1]);
            var next = value[..(isPair ? 2 : 1)];
            output.Advance(Encoding.UTF8.GetBytes(next, output.GetSpan(Encoding.UTF8.GetMaxByteCount(next.Length))));
            value = value[next.Length..];
        }

        return Utf8.IsValid(output.WrittenSpan);
    }

    /// <summary>Whether a media type declares text of some kind, JSON aside.</summary>
    public static bool IsText(ReadOnlySpan<byte> mediaType)
    {
        var end = mediaType.IndexOf((byte)';');
        var type = (end < 0 ? mediaType : mediaType[..end]).Trim(" \t"u8);
        return (type.Length > 5 && Ascii.EqualsIgnoreCase(type[..5], "text/"u8))
            || Ascii.EqualsIgnoreCase(type, "application/xml"u8)
            || (type.Length > 4 && Ascii.EqualsIgnoreCase(type[^4..], "+xml"u8));
    }

    /// <summary>Whether what a media type declares is UTF-8: it says so, says ASCII, or does not say.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> mediaType)
    {
        foreach (var range in mediaType.Split((byte)';'))
        {
            var parameter = mediaType[range].Trim(" \t"u8);
            if (parameter.Length > 8 && Ascii.EqualsIgnoreCase(parameter[..8], "charset="u8))
            {
                var charset = parameter[8..].Trim("\""u8);
                return Ascii.EqualsIgnoreCase(charset, "utf-8"u8) || Ascii.EqualsIgnoreCase(charset, "us-ascii"u8);
            }
        }

        return true;
    }
}
