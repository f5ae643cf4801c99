using System.Buffers.Binary;
using System.Text;

namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>An entry of the table of offsets: written in the group of the records that it stands behind.</summary>
/// <param name="Next">The offset of the message to be read next.</param>
/// <param name="Committed">An offset that the group had committed by then; -1 when none is known.</param>
internal readonly record struct OffsetEntry(long Next, long Committed)
{
    /// <summary>Bytes of the form that the table keeps.</summary>
    public const int Size = 2 * sizeof(long);

    /// <summary>The key of a partition: the topic, a zero, the number.</summary>
    public static byte[] KeyOf(string topic, int partition)
    {
        var key = new byte[Encoding.UTF8.GetByteCount(topic) + 1 + sizeof(int)];
        var length = Encoding.UTF8.GetBytes(topic, key);
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(length + 1), partition);
        return key;
    }

    public static OffsetEntry Read(ReadOnlySpan<byte> value) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(value), BinaryPrimitives.ReadInt64LittleEndian(value[sizeof(long)..]));

    public void Write(Span<byte> value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(value, Next);
        BinaryPrimitives.WriteInt64LittleEndian(value[sizeof(long)..], Committed);
    }

    /// <summary>
    /// Where to begin in a partition. The journal is ahead of the group when this member died before it committed; the group is ahead when
    /// another member read on meanwhile. The group behind what it is known to have committed was set back by somebody, who wants to read again.
    /// </summary>
    /// <param name="entry">What the journal says; null for nothing.</param>
    /// <param name="committed">What the group has committed; null for nothing.</param>
    /// <returns>Null: where the configuration says.</returns>
    public static long? Begin(OffsetEntry? entry, long? committed) => (entry, committed) switch
    {
        (null, _) => committed,
        ({ } own, null) => own.Next,
        ({ } own, { } group) when group < own.Committed => group,
        ({ } own, { } group) => Math.Max(own.Next, group),
    };
}
