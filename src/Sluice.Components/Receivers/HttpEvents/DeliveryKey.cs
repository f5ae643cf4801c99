using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Components.Receivers.HttpEvents;

/// <summary>What a delivery is known by: a hash, so that neither long ids nor bodies cost more memory than short ones.</summary>
internal readonly record struct DeliveryKey(UInt128 High, UInt128 Low)
{
    /// <summary>Bytes of the form that the table keeps.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>Of an id.</summary>
    public static DeliveryKey OfId(string id) => Of(Encoding.UTF8.GetBytes(id), isContent: false);

    /// <summary>Of two texts that name a delivery together: where one ends and the other begins makes a difference.</summary>
    public static DeliveryKey OfPair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> hashes = stackalloc byte[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(first, hashes);
        SHA256.HashData(second, hashes[SHA256.HashSizeInBytes..]);
        return Of(hashes, isContent: false);
    }

    /// <summary>Of a body.</summary>
    public static DeliveryKey OfContent(ReadOnlySpan<byte> body) => Of(body, isContent: true);

    /// <summary>The form that the table keeps.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    /// <summary>Writes that form.</summary>
    /// <param name="bytes">Has room for <see cref="Size"/>.</param>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[(Size / 2)..], Low);
    }

    /// <summary>An order, for whoever claims several: all in the same order, so that nobody waits for one who waits for him.</summary>
    public static int Compare(DeliveryKey left, DeliveryKey right) =>
        left.High == right.High ? left.Low.CompareTo(right.Low) : left.High.CompareTo(right.High);

    /// <summary>32 hexadecimal digits that are enough to tell deliveries apart.</summary>
    public override string ToString() => $"{High:x32}";

    /// <summary>A hash, the last bit of which says what it is of, so that no id makes the key of a body.</summary>
    private static DeliveryKey Of(ReadOnlySpan<byte> value, bool isContent)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value, hash);
        hash[^1] = (byte)(isContent ? hash[^1] | 1 : hash[^1] & 0xfe);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
