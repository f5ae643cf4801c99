using System.Buffers;
using System.Text;

namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>What the values of the attributes of the specification have to be (CloudEvents 1.0.2, "Context Attributes").</summary>
internal static class CloudEventRules
{
    private static readonly SearchValues<byte> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"u8);

    /// <summary>The attributes without which nothing is a CloudEvent.</summary>
    public static ReadOnlySpan<byte> Required(int index) => index switch
    {
        0 => "specversion"u8,
        1 => "id"u8,
        2 => "source"u8,
        3 => "type"u8,
        _ => default,
    };

    /// <summary>Checks a value.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="value">Its canonical text.</param>
    /// <returns>What is wrong, and what would be right; null when nothing is.</returns>
    public static string? Problem(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!CloudEventText.IsAllowed(value))
        {
            return "holds a control character or a noncharacter, which CloudEvents do not allow";
        }

        if (!CloudEventText.IsReserved(name))
        {
            return null;
        }

        if (name.SequenceEqual("data"u8))
        {
            return "is the name of the data and of no attribute";
        }

        if (value.IsEmpty)
        {
            return "is empty; give it a value, or leave it out where it is not required";
        }

        if (name.SequenceEqual("specversion"u8))
        {
            return value.SequenceEqual("1.0"u8) ? null : $"is {Quote(value)}; only \"1.0\" is taken";
        }

        if (name.SequenceEqual("source"u8))
        {
            return UriText.IsReference(value) ? null : $"{Quote(value)} is not a URI-reference (RFC 3986); percent-encode what it does not allow";
        }

        if (name.SequenceEqual("time"u8))
        {
            return Rfc3339.TryParse(value, out _) ? null : $"{Quote(value)} is not a time as in RFC 3339, such as 2026-01-31T12:00:00Z";
        }

        if (name.SequenceEqual("dataschema"u8))
        {
            return UriText.IsAbsolute(value) ? null : $"{Quote(value)} is not a URI with a scheme (RFC 3986), such as https://example.com/schema";
        }

        return name.SequenceEqual("datacontenttype"u8) && !IsMediaType(value) ? $"{Quote(value)} is not a media type, such as application/json" : null;
    }

    /// <summary>The text, cut off where it is long, to show to whoever sent it.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        const int Longest = 100;
        return text.Length <= Longest ? $"\"{Encoding.UTF8.GetString(text)}\"" : $"\"{Encoding.UTF8.GetString(text[..Longest])}…\"";
    }

    private static bool IsMediaType(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)';');
        var type = (end < 0 ? text : text[..end]).Trim(" \t"u8);
        var slash = type.IndexOf((byte)'/');
        return slash > 0 && slash < type.Length - 1 && type[..slash].IndexOfAnyExcept(TokenCharacters) < 0
            && type[(slash + 1)..].IndexOfAnyExcept(TokenCharacters) < 0;
    }
}
