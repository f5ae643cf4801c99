using System.Runtime.InteropServices;

namespace Sluice.Journal;

/// <summary>One entry in the index of a segment, as it is in memory and in the file: offsets are bytes from the start of the file.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct IndexEntry
{
    public const int Size = 48;

    public ulong FirstSequence;
    public long ReceivedUnixNano;
    public int Topic;
    public int RecordCount;
    public int DataOffset;
    public int DataLength;
    public int ContextOffset;
    public int ContextLength;
    public uint DataCrc;
    public uint ContextCrc;
}
