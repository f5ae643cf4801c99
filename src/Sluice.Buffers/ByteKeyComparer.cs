using System.Buffers.Binary;

namespace Sluice.Buffers;

/// <summary>
/// Compares keys of bytes by their content, and looks them up by a span without making an array. Hashes are seeded by the process, since keys come
/// from outside.
/// </summary>
public sealed class ByteKeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <summary>Bytes that one step of hashing takes.</summary>
    private const int Block = 2 * sizeof(ulong);

    /// <summary>From a UUID: the generator of cryptography would load its library, some megabytes, for this alone.</summary>
    private static readonly byte[] Random = Guid.NewGuid().ToByteArray();

    private static readonly ulong Seed = Read64(Random, 0);

    /// <summary>Odd, so that it is never 0.</summary>
    private static readonly ulong Secret = Read64(Random, sizeof(ulong)) | 1;

    /// <summary>The only one that is needed: it holds nothing.</summary>
    public static ByteKeyComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <inheritdoc/>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var length = alternate.Length;
        var hash = Seed ^ (ulong)length;
        if (length <= Block)
        {
            return (int)Finish(length switch
            {
                >= sizeof(ulong) => Mix(hash, Read64(alternate, 0), Read64(alternate, length - sizeof(ulong))),
                >= sizeof(uint) => Mix(hash, Read32(alternate, 0), Read32(alternate, length - sizeof(uint))),
                > 0 => Mix(hash, alternate[0], ((ulong)alternate[length >> 1] << 8) | alternate[length - 1]),
                _ => hash,
            });
        }

        for (var i = 0; i < length - Block; i += Block)
        {
            hash = Mix(hash, Read64(alternate, i), Read64(alternate, i + sizeof(ulong)));
        }

        // The last bytes, of which some were mixed in already.
        return (int)Finish(Mix(hash, Read64(alternate, length - Block), Read64(alternate, length - sizeof(ulong))));
    }

    /// <inheritdoc/>
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    private static ulong Mix(ulong hash, ulong first, ulong second) => Fold(first ^ Secret, second ^ hash);

    /// <summary>The low bits make the place in a table: all bits have to be in them.</summary>
    private static ulong Finish(ulong hash) => Fold(hash, Secret);

    /// <summary>Multiplies, and folds both halves of the product together, so that every bit of the factors tells in every bit of the result.</summary>
    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    private static ulong Read64(ReadOnlySpan<byte> key, int at) => BinaryPrimitives.ReadUInt64LittleEndian(key[at..]);

    private static ulong Read32(ReadOnlySpan<byte> key, int at) => BinaryPrimitives.ReadUInt32LittleEndian(key[at..]);
}
