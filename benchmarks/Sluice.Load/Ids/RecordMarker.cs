using System.Buffers;
using System.Buffers.Binary;

namespace Sluice.Load.Ids;

/// <summary>
/// How a record says which it is: <c>~id:</c> and sixteen lower-case hexadecimal digits, in an attribute. That is the same text in protobuf, in JSON and in
/// a file, so one scan counts records whatever they were turned into. The digits are 24 bits of the run and 40 bits of a number within it.
/// </summary>
public static class RecordMarker
{
    /// <summary>Digits of an id.</summary>
    public const int Digits = 16;

    /// <summary>Runs are numbered below this.</summary>
    public const int MaxRun = 1 << 24;

    private const int SequenceBits = 40;

    /// <summary>What stands before the digits.</summary>
    public static ReadOnlySpan<byte> Prefix => "~id:"u8;

    /// <summary>Bytes of prefix and digits.</summary>
    public static int Length => Prefix.Length + Digits;

    /// <summary>Joins the parts of an id.</summary>
    public static ulong ToId(int run, long sequence) => ((ulong)run << SequenceBits) | (ulong)sequence;

    /// <summary>Takes an id apart.</summary>
    public static (int Run, long Sequence) Split(ulong id) => ((int)(id >> SequenceBits), (long)(id & ((1UL << SequenceBits) - 1)));

    /// <summary>Writes the digits of an id.</summary>
    /// <param name="digits">Room for them.</param>
    /// <param name="id">The id.</param>
    public static void Write(Span<byte> digits, ulong id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        if (!Convert.TryToHexStringLower(bytes, digits, out _))
        {
            throw new ArgumentException($"An id has {Digits} digits.", nameof(digits));
        }
    }

    /// <summary>Finds the next marker.</summary>
    /// <param name="text">Where to look; on return what is behind the marker.</param>
    /// <param name="id">The id.</param>
    /// <returns>False when there is none.</returns>
    public static bool TryReadNext(ref ReadOnlySpan<byte> text, out ulong id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        while (text.IndexOf(Prefix) is >= 0 and var start && text.Length - start >= Length)
        {
            var digits = text.Slice(start + Prefix.Length, Digits);
            if (Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done)
            {
                text = text[(start + Length)..];
                id = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                return true;
            }

            text = text[(start + Prefix.Length)..];
        }

        id = 0;
        return false;
    }
}
