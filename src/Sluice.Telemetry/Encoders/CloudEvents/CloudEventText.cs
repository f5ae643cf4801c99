using System.Buffers;
using System.Text;
using Sluice.Buffers;

namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>Rules of the texts in CloudEvents 1.0.2 ("Type System", "Naming Conventions", and the HTTP protocol binding, 3.1.3.2).</summary>
public static class CloudEventText
{
    private static readonly SearchValues<byte> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789"u8);

    /// <summary>Printable ASCII without space, double quote and percent sign: what stands in an HTTP header as it is.</summary>
    private static readonly SearchValues<byte> HeaderCharacters = SearchValues.Create(
        "!#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>The unreserved characters of RFC 3986, section 2.3.</summary>
    private static readonly SearchValues<byte> UnreservedCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>Whether a text may be the name of an attribute: lower-case letters and digits of ASCII.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) => !name.IsEmpty && name.IndexOfAnyExcept(NameCharacters) < 0;

    /// <summary>
    /// Whether the specification defines an attribute of this name, or keeps it for the data, so that no extension may have it.
    /// </summary>
    public static bool IsReserved(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("specversion"u8) || name.SequenceEqual("id"u8) || name.SequenceEqual("source"u8) || name.SequenceEqual("type"u8)
        || name.SequenceEqual("subject"u8) || name.SequenceEqual("time"u8) || name.SequenceEqual("datacontenttype"u8)
        || name.SequenceEqual("dataschema"u8) || name.SequenceEqual("data"u8);

    /// <summary>Whether a text may be the value of an attribute: UTF-8 without control characters and noncharacters.</summary>
    public static bool IsAllowed(ReadOnlySpan<byte> utf8)
    {
        var position = utf8.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E);
        while (position >= 0 && position < utf8.Length)
        {
            if (Rune.DecodeFromUtf8(utf8[position..], out var rune, out var length) != OperationStatus.Done || IsForbidden(rune))
            {
                return false;
            }

            position += length;
        }

        return true;
    }

    /// <summary>
    /// Whether a media type declares JSON: any whose subtype is <c>json</c> or ends in <c>+json</c>, whatever its parameters (JSON format, 3.1.1).
    /// An empty one does not: where it is absent, the format decides.
    /// </summary>
    public static bool IsJson(ReadOnlySpan<byte> mediaType)
    {
        var end = mediaType.IndexOf((byte)';');
        var type = (end < 0 ? mediaType : mediaType[..end]).Trim(" \t"u8);
        var slash = type.IndexOf((byte)'/');
        if (slash < 0)
        {
            return false;
        }

        var subtype = type[(slash + 1)..];
        return Ascii.EqualsIgnoreCase(subtype, "json"u8)
            || (subtype.Length > 5 && Ascii.EqualsIgnoreCase(subtype[^5..], "+json"u8));
    }

    /// <summary>Appends a value as it stands in an HTTP header: percent-encoded except for printable ASCII without space, quote and percent.</summary>
    public static void WriteHeaderValue(ReadOnlySpan<byte> utf8, PooledBufferWriter output) => WritePercentEncoded(utf8, HeaderCharacters, output);

    /// <summary>Appends one segment of the path of a URI: percent-encoded except for the characters that are never reserved.</summary>
    internal static void WritePathSegment(ReadOnlySpan<byte> utf8, PooledBufferWriter output) => WritePercentEncoded(utf8, UnreservedCharacters, output);

    /// <summary>Appends text with U+FFFD for what is not allowed in attributes.</summary>
    internal static void WriteReplacing(ReadOnlySpan<byte> utf8, PooledBufferWriter output)
    {
        while (!utf8.IsEmpty)
        {
            var isWhole = Rune.DecodeFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done;
            output.Write(isWhole && !IsForbidden(rune) ? utf8[..length] : "\uFFFD"u8);
            utf8 = utf8[length..];
        }
    }

    private static void WritePercentEncoded(ReadOnlySpan<byte> utf8, SearchValues<byte> plain, PooledBufferWriter output)
    {
        while (!utf8.IsEmpty)
        {
            var length = utf8.IndexOfAnyExcept(plain);
            if (length < 0)
            {
                output.Write(utf8);
                return;
            }

            output.Write(utf8[..length]);
            var space = output.GetSpan(3);
            space[0] = (byte)'%';
            Convert.TryToHexString(utf8.Slice(length, 1), space[1..], out _);
            output.Advance(3);
            utf8 = utf8[(length + 1)..];
        }
    }

    /// <summary>Control characters, and the noncharacters: U+FDD0 to U+FDEF, and the last two of every plane.</summary>
    private static bool IsForbidden(Rune rune) =>
        rune.Value is < 0x20 or (>= 0x7F and <= 0x9F) or (>= 0xFDD0 and <= 0xFDEF) || (rune.Value & 0xFFFE) == 0xFFFE;
}
