using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>
/// The image of a group's entries, little-endian: a header and the bytes of each, behind one another. Every kind of log stores this image as
/// it is, with the context that all of them are read with behind it; what stands before it is each log's own.
/// </summary>
internal static class LogFormat
{
    /// <summary>Topic, records, length, checksum, records of the group before it: 32 bits each.</summary>
    public const int EntryHeaderSize = 20;

    public static void WriteEntryHeader(Span<byte> destination, in LogEntryHeader header)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, header.Topic);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], header.Records);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], header.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], header.DataCrc);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], header.RecordsBefore);
    }

    public static LogEntryHeader ReadEntryHeader(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt32LittleEndian(source),
        BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[16..]));
}
