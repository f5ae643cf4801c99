using System.Buffers;
using System.Buffers.Text;

namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>Reads the header that carries one or several signatures.</summary>
internal static class SignatureList
{
    /// <summary>Decodes the signatures in a header; what is not one is passed over.</summary>
    /// <param name="scheme">How it is written.</param>
    /// <param name="prefix">What stands before those that are wanted.</param>
    /// <param name="header">The header; null for none.</param>
    /// <param name="signatures">Where they go, each at a multiple of <paramref name="stride"/>.</param>
    /// <param name="lengths">Their lengths in bytes.</param>
    /// <param name="stride">Bytes for each.</param>
    /// <returns>How many there are.</returns>
    public static int Read(SignatureScheme scheme, string prefix, string? header, Span<byte> signatures, Span<int> lengths, int stride)
    {
        var count = 0;
        foreach (var part in Split(header, scheme.Separator))
        {
            var text = header.AsSpan(part).Trim(' ');
            var hasPrefix = text.StartsWith(prefix, StringComparison.Ordinal);
            if (!hasPrefix && !scheme.IsPrefixOptional)
            {
                continue;
            }

            text = hasPrefix ? text[prefix.Length..] : text;
            if (count < lengths.Length && TryDecode(text, scheme.Encoding, signatures.Slice(count * stride, stride), out var length))
            {
                lengths[count++] = length;
            }
        }

        return count;
    }

    /// <summary>The value of the only field of this name, as in <c>t=1700000000</c>; null when there is none, or several.</summary>
    public static string? FindField(string header, SignatureSeparator separator, string name)
    {
        string? found = null;
        foreach (var part in Split(header, separator))
        {
            var text = header.AsSpan(part).Trim(' ');
            if (text.Length > name.Length && text[name.Length] == '=' && text.StartsWith(name, StringComparison.Ordinal))
            {
                if (found is not null)
                {
                    return null;
                }

                found = text[(name.Length + 1)..].ToString();
            }
        }

        return found;
    }

    private static MemoryExtensions.SpanSplitEnumerator<char> Split(string? header, SignatureSeparator separator) => separator switch
    {
        SignatureSeparator.Comma => header.AsSpan().Split(','),
        SignatureSeparator.Space => header.AsSpan().Split(' '),
        _ => header.AsSpan().Split('\n'),
    };

    private static bool TryDecode(ReadOnlySpan<char> text, SignatureEncoding encoding, Span<byte> signature, out int length)
    {
        length = 0;
        if (text.IsEmpty || text.Length > signature.Length * 2)
        {
            return false;
        }

        // The base64 of 32 bytes is 44 characters, the hexadecimal form 64: no length is both for the algorithms there are.
        if (encoding != SignatureEncoding.Base64 && text.Length is 40 or 64 or 128
            && Convert.FromHexString(text, signature, out _, out length) is OperationStatus.Done)
        {
            return true;
        }

        return encoding != SignatureEncoding.Hex && Base64.IsValid(text) && HasNoSpareBits(text)
            && Convert.TryFromBase64Chars(text, signature, out length) && length > 0;
    }

    /// <summary>Whether the bits of the last character that belong to no byte are zeros, so that a signature has one text and no other (RFC 4648, 3.5).</summary>
    private static bool HasNoSpareBits(ReadOnlySpan<char> text)
    {
        const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var digits = text.TrimEnd('=');
        var spare = (text.Length - digits.Length) switch { 1 => 0b11, 2 => 0b1111, _ => 0 };
        return digits.IsEmpty || (Characters.IndexOf(digits[^1], StringComparison.Ordinal) & spare) is 0;
    }
}
