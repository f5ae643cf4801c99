using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Transport.Authentication.Htpasswd;

/// <summary>One password of an htpasswd file: hashed with bcrypt, MD5 (<c>$apr1$</c>) or SHA-1 (<c>{SHA}</c>), or as plain text.</summary>
public sealed class PasswordHash
{
    private const string Sha1Prefix = "{SHA}";
    private readonly string _text;
    private readonly Func<string, string, bool> _verify;

    private PasswordHash(string text, Func<string, string, bool> verify)
    {
        _text = text;
        _verify = verify;
    }

    /// <summary>Whether it is no hash, so that whoever reads the file knows the password.</summary>
    public bool IsPlain => _verify == VerifyPlain;

    /// <summary>Tells the kind by how the text begins.</summary>
    /// <param name="text">What stands behind the user's name.</param>
    /// <param name="hash">The hash; null when there is a problem.</param>
    /// <param name="problem">Why it cannot be verified, without the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out PasswordHash? hash, [NotNullWhen(false)] out string? problem)
    {
        hash = null;
        if (Bcrypt.IsHash(text, out problem))
        {
            hash = problem is null ? new PasswordHash(text, Bcrypt.Verify) : null;
        }
        else if (text.StartsWith(AprMd5.Prefix, StringComparison.Ordinal))
        {
            hash = new PasswordHash(text, VerifyAprMd5);
        }
        else if (text.StartsWith(Sha1Prefix, StringComparison.Ordinal))
        {
            hash = new PasswordHash(text, VerifySha1);
        }
        else if (text.Length == 0)
        {
            problem = "is empty";
        }
        else if (text[0] is '$' or '{')
        {
            problem = "is of a kind that is not known here; make it with htpasswd -B (bcrypt), -m (MD5) or -s (SHA-1)";
        }
        else
        {
            hash = new PasswordHash(text, VerifyPlain);
        }

        return hash is not null;
    }

    /// <summary>Whether it is the hash of a password. Bcrypt takes its time: a twentieth of a second and more.</summary>
    public bool Verify(string password) => _verify(password, _text);

    private static bool VerifyAprMd5(string password, string hash) => AreEqual(AprMd5.Hash(password, hash), hash);

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The format of existing htpasswd files; the README advises bcrypt.")]
    private static bool VerifySha1(string password, string hash) =>
        AreEqual(Sha1Prefix + Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes(password))), hash);

    private static bool VerifyPlain(string password, string hash) => AreEqual(password, hash);

    private static bool AreEqual(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
