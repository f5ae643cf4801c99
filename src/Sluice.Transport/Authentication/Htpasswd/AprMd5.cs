using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Transport.Authentication.Htpasswd;

/// <summary>The password hash that <c>htpasswd -m</c> writes, <c>$apr1$salt$hash</c>: a thousand rounds of MD5.</summary>
[SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "The format of existing htpasswd files; the README advises bcrypt.")]
internal static class AprMd5
{
    /// <summary>What such a hash begins with.</summary>
    public const string Prefix = "$apr1$";

    private const int Rounds = 1000;
    private const int MaxSaltLength = 8;
    private const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The hash of a password with the salt of another hash.</summary>
    /// <param name="password">The password.</param>
    /// <param name="hash">Begins with <see cref="Prefix"/>.</param>
    public static string Hash(string password, string hash)
    {
        var rest = hash.AsSpan(Prefix.Length);
        var end = rest.IndexOf('$');
        rest = end < 0 ? rest : rest[..end];
        var salt = rest.Length > MaxSaltLength ? rest[..MaxSaltLength].ToString() : rest.ToString();
        var digest = Digest(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(salt));
        return $"{Prefix}{salt}${Encode(digest)}";
    }

    private static byte[] Digest(byte[] password, byte[] salt)
    {
        var alternate = MD5.HashData([.. password, .. salt, .. password]);
        var first = new List<byte>([.. password, .. "$apr1$"u8, .. salt]);
        for (var left = password.Length; left > 0; left -= alternate.Length)
        {
            first.AddRange(alternate.AsSpan(0, Math.Min(left, alternate.Length)));
        }

        for (var bits = password.Length; bits > 0; bits >>= 1)
        {
            first.Add((bits & 1) == 1 ? (byte)0 : password[0]);
        }

        var digest = MD5.HashData([.. first]);
        for (var round = 0; round < Rounds; round++)
        {
            var isOdd = (round & 1) == 1;
            byte[] text =
            [
                .. isOdd ? password : digest,
                .. round % 3 == 0 ? [] : salt,
                .. round % 7 == 0 ? [] : password,
                .. isOdd ? digest : password,
            ];
            digest = MD5.HashData(text);
        }

        return digest;
    }

    private static string Encode(byte[] digest)
    {
        var text = new StringBuilder(22);
        for (var i = 0; i < 5; i++)
        {
            Append(text, (digest[i] << 16) | (digest[i + 6] << 8) | digest[i == 4 ? 5 : i + 12], 4);
        }

        Append(text, digest[11], 2);
        return text.ToString();
    }

    private static void Append(StringBuilder text, int bits, int letters)
    {
        for (; letters > 0; letters--, bits >>= 6)
        {
            text.Append(Alphabet[bits & 63]);
        }
    }
}
