using System.Security.Cryptography;

namespace Sluice.Components.Exporters.HttpExporter.Signing;

/// <summary>The secrets that requests are signed with. Immutable.</summary>
internal sealed class SigningKeys
{
    /// <summary>As many as receivers look at; more than two are live only while somebody forgets to remove the old ones.</summary>
    public const int MaxCount = 8;

    private const string Prefix = "whsec_";
    private const string Version = "v1,";
    private const int ShortestKey = 24;
    private const int LongestKey = 64;

    /// <summary>Characters of one signature: its version, and 32 bytes in base64.</summary>
    private const int SignatureLength = 3 + 44;

    private readonly byte[][] _keys;

    private SigningKeys(byte[][] keys) => _keys = keys;

    /// <summary>Takes secrets.</summary>
    /// <exception cref="FormatException">They cannot be used; the message does not show them.</exception>
    public static SigningKeys Create(IReadOnlyList<string> secrets) =>
        FindFault(secrets) is { } fault ? throw new FormatException(fault) : new([.. secrets.Select(secret => KeyOf(secret)!)]);

    /// <summary>Takes the secrets of a file, one a line.</summary>
    /// <exception cref="FormatException">They cannot be used; the message does not show them.</exception>
    public static SigningKeys CreateFromLines(string contents) =>
        Create(contents.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Why secrets cannot be used, without showing them; null when they can.</summary>
    public static string? FindFault(IReadOnlyList<string> secrets)
    {
        if (secrets.Count is 0 or > MaxCount)
        {
            return $"there are {secrets.Count} secrets, where 1 to {MaxCount} can be used";
        }

        for (var i = 0; i < secrets.Count; i++)
        {
            if (KeyOf(secrets[i]) is not { } key)
            {
                return $"secret {i} (counted from 0) is not base64, with or without {Prefix} before it";
            }

            if (key.Length is < ShortestKey or > LongestKey)
            {
                return $"secret {i} (counted from 0) has {key.Length} bytes, where Standard Webhooks demands {ShortestKey} to {LongestKey}";
            }
        }

        return null;
    }

    /// <summary>The value of <c>webhook-signature</c>: a signature by each key, separated by spaces.</summary>
    /// <param name="content">The id, the time and the body, with dots between them.</param>
    public string Sign(ReadOnlySpan<byte> content)
    {
        Span<char> signatures = stackalloc char[MaxCount * (SignatureLength + 1)];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var length = 0;
        foreach (var key in _keys)
        {
            if (length > 0)
            {
                signatures[length++] = ' ';
            }

            HMACSHA256.HashData(key, content, mac);
            Version.CopyTo(signatures[length..]);
            Convert.TryToBase64Chars(mac, signatures[(length + Version.Length)..], out _);
            length += SignatureLength;
        }

        return new string(signatures[..length]);
    }

    private static byte[]? KeyOf(string secret)
    {
        var encoded = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        var key = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, key, out var length) ? key[..length] : null;
    }
}
