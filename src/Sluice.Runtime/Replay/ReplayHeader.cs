using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Journal;

namespace Sluice.Runtime.Replay;

/// <summary>
/// What stands before the OTLP request in an entry of a replay topic: whose records they are. It is part of the entry, not of the group's
/// context, so that a group can carry many entries.
/// </summary>
/// <remarks>
/// A version byte (1), 16 bytes first record id (epoch, sequence), 8 bytes receive time, lengths of the three texts (1, 2 and 4 bytes), then
/// the replay's id, the pipeline's id and the original request context. Numbers are big-endian.
/// </remarks>
internal readonly ref struct ReplayHeader
{
    private const byte Version = 1;
    private const int FixedSize = 1 + 16 + 8 + 1 + 2 + 4;

    /// <summary>The id that the first record had at its first delivery; the others follow.</summary>
    public RecordId FirstRecord { get; init; }

    /// <summary>When the records were received, in nanoseconds since 1970.</summary>
    public long ReceivedUnixNano { get; init; }

    /// <summary>The replay's id, in UTF-8; at most 255 bytes.</summary>
    public ReadOnlySpan<byte> Replay { get; init; }

    /// <summary>Id of the pipeline they went through, in UTF-8; at most 65,535 bytes.</summary>
    public ReadOnlySpan<byte> Pipeline { get; init; }

    /// <summary>The context of the request that they came with, as it was encoded then.</summary>
    public ReadOnlySpan<byte> Context { get; init; }

    /// <summary>Bytes that it takes before the request.</summary>
    public int Length => FixedSize + Replay.Length + Pipeline.Length + Context.Length;

    /// <summary>Appends it.</summary>
    public void Write(PooledBufferWriter output)
    {
        var span = output.GetSpan(Length);
        span[0] = Version;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], FirstRecord.Epoch);
        BinaryPrimitives.WriteUInt64BigEndian(span[9..], FirstRecord.Sequence);
        BinaryPrimitives.WriteInt64BigEndian(span[17..], ReceivedUnixNano);
        span[25] = checked((byte)Replay.Length);
        BinaryPrimitives.WriteUInt16BigEndian(span[26..], checked((ushort)Pipeline.Length));
        BinaryPrimitives.WriteInt32BigEndian(span[28..], Context.Length);
        var rest = span[FixedSize..];
        Replay.CopyTo(rest);
        Pipeline.CopyTo(rest[Replay.Length..]);
        Context.CopyTo(rest[(Replay.Length + Pipeline.Length)..]);
        output.Advance(Length);
    }

    /// <summary>Reads it from the beginning of an entry.</summary>
    /// <returns>False when the bytes are none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> entry, out ReplayHeader header)
    {
        header = default;
        if (entry.Length < FixedSize || entry[0] != Version)
        {
            return false;
        }

        var replay = entry[25];
        var pipeline = BinaryPrimitives.ReadUInt16BigEndian(entry[26..]);
        var context = BinaryPrimitives.ReadInt32BigEndian(entry[28..]);
        var rest = entry[FixedSize..];
        if (context < 0 || rest.Length - replay - pipeline < context)
        {
            return false;
        }

        header = new ReplayHeader
        {
            FirstRecord = new RecordId(BinaryPrimitives.ReadUInt64BigEndian(entry[1..]), BinaryPrimitives.ReadUInt64BigEndian(entry[9..])),
            ReceivedUnixNano = BinaryPrimitives.ReadInt64BigEndian(entry[17..]),
            Replay = rest[..replay],
            Pipeline = rest.Slice(replay, pipeline),
            Context = rest.Slice(replay + pipeline, context),
        };
        return true;
    }
}
