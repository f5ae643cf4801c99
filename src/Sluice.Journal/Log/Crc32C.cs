using System.Buffers.Binary;
using System.Numerics;

namespace Sluice.Journal;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4), eight bytes per instruction where the processor has it.</summary>
internal static class Crc32C
{
    /// <summary>
    /// Three lanes of so many bytes are computed side by side, since an instruction takes three cycles but another can begin in each.
    /// Groups of 30 KiB are whole multiples; shorter entries are quick anyway.
    /// </summary>
    private const int Lane = 1024;

    /// <summary>What a register becomes when a lane of zeros follows: entry 256·i + b for byte i with value b, to be combined by exclusive or.</summary>
    private static readonly uint[] AfterLane = [.. Enumerable.Range(0, 4 * 256).Select(i => WithZeros((uint)(i % 256) << (8 * (i / 256))))];

    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> covers, followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= 3 * Lane)
        {
            crc = AppendLanes(crc, bytes[..Lane], bytes.Slice(Lane, Lane), bytes.Slice(2 * Lane, Lane));
            bytes = bytes[(3 * Lane)..];
        }

        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    private static uint AppendLanes(uint crc, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        uint ofSecond = 0;
        uint ofThird = 0;
        for (var i = 0; i < Lane; i += sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(first[i..]));
            ofSecond = BitOperations.Crc32C(ofSecond, BinaryPrimitives.ReadUInt64LittleEndian(second[i..]));
            ofThird = BitOperations.Crc32C(ofThird, BinaryPrimitives.ReadUInt64LittleEndian(third[i..]));
        }

        // The register is linear: that of bytes behind others is that of the bytes alone, combined with the others' moved on by as many zeros.
        return MoveOn(MoveOn(crc) ^ ofSecond) ^ ofThird;
    }

    private static uint MoveOn(uint crc)
    {
        var table = AfterLane;
        return table[crc & 0xFF] ^ table[256 + ((crc >> 8) & 0xFF)] ^ table[512 + ((crc >> 16) & 0xFF)] ^ table[768 + (crc >> 24)];
    }

    private static uint WithZeros(uint crc)
    {
        for (var i = 0; i < Lane; i += sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, 0UL);
        }

        return crc;
    }
}
