using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Transport.Authentication.Htpasswd;

/// <summary>
/// The password hash of Provos and Mazières ("A Future-Adaptable Password Scheme", 1999), as <c>htpasswd -B</c> writes it: versions 2a, 2b and
/// 2y, which differ only in mistakes of old programs. The framework has none.
/// </summary>
internal sealed class Bcrypt
{
    /// <summary>More rounds than that (2^17) take many seconds for one password.</summary>
    public const int MaxCost = 17;

    private const int MinCost = 4;
    private const int Rounds = 16;
    private const int SaltLength = 16;
    private const int HashLength = 23;
    private const int MaxKeyLength = 72;
    private const int EncodedLength = 60;
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    private static readonly Lazy<uint[]> InitialState = new(() => PiDigits.Fraction(Rounds + 2 + (4 * 256)));

    private readonly uint[] _keys = new uint[Rounds + 2];
    private readonly uint[] _boxes = new uint[4 * 256];

    private Bcrypt()
    {
        InitialState.Value.AsSpan(0, _keys.Length).CopyTo(_keys);
        InitialState.Value.AsSpan(_keys.Length).CopyTo(_boxes);
    }

    /// <summary>Whether a text is such a hash, and what is wrong with one that looks like it.</summary>
    /// <param name="hash">As written.</param>
    /// <param name="problem">Null when it can be verified.</param>
    public static bool IsHash(string hash, out string? problem)
    {
        problem = null;
        if (hash.Length < 4 || hash[0] != '$' || hash[1] != '2' || hash[2] is not ('a' or 'b' or 'y') || hash[3] != '$')
        {
            return false;
        }

        if (hash.Length != EncodedLength || hash[6] != '$' || !int.TryParse(hash.AsSpan(4, 2), out var cost) || hash.AsSpan(7).ContainsAnyExcept(Letters))
        {
            problem = "is not a whole bcrypt hash";
        }
        else if (cost is < MinCost or > MaxCost)
        {
            problem = $"has a cost of {cost}; {MinCost} to {MaxCost} are taken";
        }

        return true;
    }

    /// <summary>Whether a password has a hash that <see cref="IsHash"/> found good. Takes as long as its cost says.</summary>
    public static bool Verify(string password, string hash)
    {
        var cost = int.Parse(hash.AsSpan(4, 2), System.Globalization.CultureInfo.InvariantCulture);
        var salt = Decode(hash.AsSpan(7, 22), SaltLength);
        var expected = Decode(hash.AsSpan(29), HashLength);

        // The key is the password with the zero byte that ends it in C; what is beyond its limit has no effect.
        var key = Encoding.UTF8.GetBytes(password + '\0');
        var actual = new Bcrypt().Hash(key.AsSpan(0, Math.Min(key.Length, MaxKeyLength)), salt, cost);
        CryptographicOperations.ZeroMemory(key);
        return CryptographicOperations.FixedTimeEquals(expected, actual);
    }

    private byte[] Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, int cost)
    {
        Expand(key, salt);
        Span<byte> none = stackalloc byte[SaltLength];
        none.Clear();
        for (var i = 1L << cost; i > 0; i--)
        {
            Expand(key, none);
            Expand(salt, none);
        }

        var output = new byte[24];
        "OrpheanBeholderScryDoubt"u8.CopyTo(output);
        for (var block = 0; block < output.Length; block += 8)
        {
            var left = ReadWord(output, block);
            var right = ReadWord(output, block + 4);
            for (var i = 0; i < 64; i++)
            {
                Encrypt(ref left, ref right);
            }

            BinaryPrimitives.WriteUInt32BigEndian(output.AsSpan(block), left);
            BinaryPrimitives.WriteUInt32BigEndian(output.AsSpan(block + 4), right);
        }

        return output[..HashLength];
    }

    /// <summary>Mixes a key into the state, and the salt in turns with it.</summary>
    private void Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        var at = 0;
        for (var i = 0; i < _keys.Length; i++)
        {
            _keys[i] ^= NextWord(key, ref at);
        }

        uint left = 0;
        uint right = 0;
        at = 0;
        Fill(_keys, salt, ref at, ref left, ref right);
        Fill(_boxes, salt, ref at, ref left, ref right);
    }

    private void Fill(uint[] words, ReadOnlySpan<byte> salt, ref int at, ref uint left, ref uint right)
    {
        for (var i = 0; i < words.Length; i += 2)
        {
            left ^= NextWord(salt, ref at);
            right ^= NextWord(salt, ref at);
            Encrypt(ref left, ref right);
            words[i] = left;
            words[i + 1] = right;
        }
    }

    /// <summary>One block of Blowfish.</summary>
    private void Encrypt(ref uint left, ref uint right)
    {
        var boxes = _boxes;
        var l = left ^ _keys[0];
        var r = right;
        for (var i = 1; i <= Rounds; i += 2)
        {
            r ^= (((boxes[l >> 24] + boxes[256 + ((l >> 16) & 255)]) ^ boxes[512 + ((l >> 8) & 255)]) + boxes[768 + (l & 255)]) ^ _keys[i];
            l ^= (((boxes[r >> 24] + boxes[256 + ((r >> 16) & 255)]) ^ boxes[512 + ((r >> 8) & 255)]) + boxes[768 + (r & 255)]) ^ _keys[i + 1];
        }

        left = r ^ _keys[Rounds + 1];
        right = l;
    }

    /// <summary>The next four bytes of a text that is read round and round.</summary>
    private static uint NextWord(ReadOnlySpan<byte> text, ref int at)
    {
        uint word = 0;
        for (var i = 0; i < 4; i++)
        {
            word = (word << 8) | text[at];
            at = (at + 1) % text.Length;
        }

        return word;
    }

    private static uint ReadWord(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    /// <summary>Base64 with an alphabet of its own, and without padding.</summary>
    private static byte[] Decode(ReadOnlySpan<char> text, int length)
    {
        var result = new byte[length];
        var bits = 0;
        var count = 0;
        var written = 0;
        foreach (var letter in text)
        {
            bits = (bits << 6) | Alphabet.IndexOf(letter, StringComparison.Ordinal);
            count += 6;
            if (count >= 8 && written < length)
            {
                count -= 8;
                result[written++] = (byte)(bits >> count);
            }
        }

        return result;
    }
}
