using System.Globalization;

namespace Sluice.Journal;

/// <summary>
/// The identity of a record and, at once, a position in the journal: unique for ever, ordered by arrival. As a position it names the
/// first record that is not yet covered, so <c>default</c> is the beginning.
/// </summary>
/// <param name="Epoch">One opening of one journal: the second of the opening in the high 32 bits, never below the previous epoch's, and 32 random bits.</param>
/// <param name="Sequence">Counts the records of the epoch from 0, over all topics.</param>
public readonly record struct RecordId(ulong Epoch, ulong Sequence) : IComparable<RecordId>
{
    /// <summary>Characters of the text form: 32 lower-case hexadecimal digits, epoch first, so that text order is id order.</summary>
    public const int TextLength = 32;

    /// <summary>The id <paramref name="count"/> records further on in the same epoch.</summary>
    public RecordId Plus(long count) => new(Epoch, Sequence + (ulong)count);

    /// <inheritdoc/>
    public int CompareTo(RecordId other)
    {
        var byEpoch = Epoch.CompareTo(other.Epoch);
        return byEpoch != 0 ? byEpoch : Sequence.CompareTo(other.Sequence);
    }

    public static bool operator <(RecordId left, RecordId right) => left.CompareTo(right) < 0;

    public static bool operator >(RecordId left, RecordId right) => left.CompareTo(right) > 0;

    public static bool operator <=(RecordId left, RecordId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RecordId left, RecordId right) => left.CompareTo(right) >= 0;

    /// <summary>Writes the text form into <paramref name="destination"/>, which holds at least <see cref="TextLength"/> bytes.</summary>
    public void Format(Span<byte> destination)
    {
        Epoch.TryFormat(destination, out _, "x16", CultureInfo.InvariantCulture);
        Sequence.TryFormat(destination[16..], out _, "x16", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RecordId id)
    {
        id = default;
        if (text.Length != TextLength
            || !ulong.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch)
            || !ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }

        id = new RecordId(epoch, sequence);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch:x16}{Sequence:x16}");
}
