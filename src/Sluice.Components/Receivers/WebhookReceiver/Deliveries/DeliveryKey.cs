using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Components.Receivers.WebhookReceiver.Deliveries;

/// <summary>What a delivery is known by: a hash, so that neither long ids nor bodies cost more memory than short ones.</summary>
internal readonly record struct DeliveryKey(UInt128 High, UInt128 Low)
{
    /// <summary>Of an id.</summary>
    public static DeliveryKey OfId(string id) => Of("id"u8, Encoding.UTF8.GetBytes(id));

    /// <summary>Of a body.</summary>
    public static DeliveryKey OfContent(ReadOnlySpan<byte> body) => Of("content"u8, body);

    /// <summary>The form that the table keeps.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), Low);
        return bytes;
    }

    /// <summary>32 hexadecimal digits that are enough to tell deliveries apart.</summary>
    public override string ToString() => $"{High:x32}";

    /// <summary>A hash under the name of what it is of, so that no id makes the key of a body.</summary>
    private static DeliveryKey Of(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(kind, value, hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
