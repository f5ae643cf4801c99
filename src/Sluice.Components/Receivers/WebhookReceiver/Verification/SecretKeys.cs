using System.Security.Cryptography;
using System.Text;

namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>The live secrets of an endpoint in the forms that are compared and computed with. Immutable.</summary>
internal sealed class SecretKeys
{
    private readonly byte[][] _keys;
    private readonly byte[][] _digests;

    private SecretKeys(byte[][] keys, byte[][] digests)
    {
        _keys = keys;
        _digests = digests;
    }

    /// <summary>How many there are.</summary>
    public int Count => _keys.Length;

    /// <summary>Takes secrets.</summary>
    /// <param name="secrets">As they were configured.</param>
    /// <param name="format">What their text means.</param>
    /// <exception cref="FormatException">One is not in the format; the message does not show it.</exception>
    public static SecretKeys Create(IReadOnlyList<string> secrets, SecretFormat format) => new(
        [.. secrets.Select((secret, index) => TryKeyOf(secret, format) ?? throw new FormatException(FaultOf(index)))],
        [.. secrets.Select(secret => SHA256.HashData(Encoding.UTF8.GetBytes(secret)))]);

    /// <summary>Looks for a secret that is not in the format.</summary>
    /// <param name="secrets">As they were configured.</param>
    /// <param name="format">What their text means.</param>
    /// <returns>Which one is not and what it should be, without showing it; null when all can be used.</returns>
    public static string? FindFault(IReadOnlyList<string> secrets, SecretFormat format)
    {
        var index = secrets.Select(secret => TryKeyOf(secret, format)).ToList().IndexOf(null);
        return index < 0 ? null : FaultOf(index);
    }

    /// <summary>A key that nobody knows: requests to endpoints that do not exist are checked with it, so that they take as long.</summary>
    public static SecretKeys Unknown() => new([RandomNumberGenerator.GetBytes(32)], [RandomNumberGenerator.GetBytes(32)]);

    /// <summary>The key of message authentication codes.</summary>
    public ReadOnlySpan<byte> Key(int index) => _keys[index];

    /// <summary>SHA-256 of the secret: what tokens are compared by, so that the time tells nothing of lengths either.</summary>
    public ReadOnlySpan<byte> Digest(int index) => _digests[index];

    private static string FaultOf(int index) => $"secret {index} (counted from 0) is not base64, with or without whsec_ before it";

    private static byte[]? TryKeyOf(string secret, SecretFormat format)
    {
        const string Prefix = "whsec_";
        if (format == SecretFormat.Text || (format == SecretFormat.TextOrBase64 && !secret.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            return Encoding.UTF8.GetBytes(secret);
        }

        var encoded = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        var key = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, key, out var length) && length > 0 ? key[..length] : null;
    }
}
