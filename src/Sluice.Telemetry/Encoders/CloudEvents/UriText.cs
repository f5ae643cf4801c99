using System.Buffers;

namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>Checks URIs by their characters (RFC 3986): what a path or host may be in detail is for whoever follows them.</summary>
internal static class UriText
{
    private static readonly SearchValues<byte> Characters = SearchValues.Create(
        "!#$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~"u8);

    private static readonly SearchValues<byte> SchemeCharacters = SearchValues.Create(
        "+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Whether a text is a URI-reference (4.1) and not empty.</summary>
    public static bool IsReference(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.IndexOfAnyExcept(Characters) >= 0 || text.Count((byte)'#') > 1 || !HasWholePercentTriplets(text))
        {
            return false;
        }

        // A colon ends a scheme, unless it stands behind the first segment.
        var first = text.IndexOfAny(":/?#"u8);
        return first < 0 || text[first] != ':' || IsScheme(text[..first]);
    }

    /// <summary>Whether a text is a URI with a scheme (3).</summary>
    public static bool IsAbsolute(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        return colon > 0 && IsScheme(text[..colon]) && IsReference(text);
    }

    private static bool IsScheme(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && char.IsAsciiLetter((char)text[0]) && text.IndexOfAnyExcept(SchemeCharacters) < 0;

    private static bool HasWholePercentTriplets(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf((byte)'%'); at >= 0; at = text.IndexOf((byte)'%'))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[at + 1]) || !char.IsAsciiHexDigit((char)text[at + 2]))
            {
                return false;
            }

            text = text[(at + 3)..];
        }

        return true;
    }
}
