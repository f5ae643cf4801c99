using System.Buffers.Binary;

namespace Sluice.Journal.Tests.PowerCut;

/// <summary>An entry whose bytes say which one it is and follow from that, so that any wrong byte is seen.</summary>
/// <param name="attempt">Its group.</param>
/// <param name="ordinal">Its place in the group.</param>
/// <param name="topic">Its topic's name.</param>
/// <param name="records">How many records it has.</param>
/// <param name="offset">How many records of the group are before it.</param>
/// <param name="length">Its bytes.</param>
internal sealed class AttemptEntry(Attempt attempt, int ordinal, string topic, int records, int offset, int length)
{
    /// <summary>Bytes that say which entry it is.</summary>
    public const int MinLength = 8;

    public Attempt Attempt => attempt;

    public int Ordinal => ordinal;

    public string Topic => topic;

    public int Records => records;

    public int Offset => offset;

    public int Length => length;

    public RecordId First => Attempt.First!.Value.Plus(Offset);

    public RecordId End => First.Plus(Records);

    /// <summary>How many of its records a cursor has not passed.</summary>
    public int Remaining(RecordId cursor)
    {
        var count = 0;
        for (var i = 0; i < records; i++)
        {
            count += First.Plus(i) >= cursor ? 1 : 0;
        }

        return count;
    }

    public override string ToString() => $"entry {ordinal} ({records} records of {topic}) of {attempt}";

    public void Fill(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Attempt.Number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Ordinal);
        var state = ((ulong)Attempt.Number << 20) + (ulong)Ordinal + 1;
        for (var i = MinLength; i < bytes.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[i] = (byte)state;
        }
    }

    /// <summary>Which entry some bytes say that they are.</summary>
    public static (int Attempt, int Ordinal) Identify(ReadOnlySpan<byte> bytes) =>
        bytes.Length < MinLength
            ? (-1, -1)
            : (BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]));
}
