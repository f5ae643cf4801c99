using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>An open snapshot that was checked.</summary>
internal sealed class Snapshot(JournalFile file, SnapshotHeader header) : IDisposable
{
    public SnapshotHeader Header => header;

    public string Name => file.Name;

    /// <summary>Reads it into a state that is empty.</summary>
    /// <returns>Incarnations of the segments that must be there.</returns>
    /// <exception cref="InvalidDataException">It does not hold what a snapshot holds.</exception>
    public HashSet<ulong> Restore(JournalState state)
    {
        using var body = JournalFileStream.Reading(file, DiskFormat.BlockSize, header.BodyLength);
        var segments = new HashSet<ulong>();
        for (var count = ReadNumber(body); count > 0; count--)
        {
            segments.Add(ReadNumber(body));
        }

        StateSnapshot.Restore(state, body);
        return segments;
    }

    public void Dispose() => file.Dispose();

    private static ulong ReadNumber(Stream body)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        body.ReadExactly(number);
        return BinaryPrimitives.ReadUInt64LittleEndian(number);
    }
}
