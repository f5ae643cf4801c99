using System.Buffers.Binary;

namespace Sluice.Telemetry;

/// <summary>A 16-byte trace id (W3C Trace Context); all zero means absent.</summary>
/// <param name="High">Bytes 0 to 7, big-endian.</param>
/// <param name="Low">Bytes 8 to 15, big-endian.</param>
public readonly record struct TraceId(ulong High, ulong Low)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 16;

    /// <summary>No trace.</summary>
    public bool IsEmpty => (High | Low) == 0;

    /// <summary>Reads the wire form; <paramref name="bytes"/> holds at least 16.</summary>
    public static TraceId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Writes the wire form.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";
}
