using System.Globalization;

namespace Sluice.Configuration;

/// <summary>A number of bytes, written <c>64MiB</c>, <c>10GB</c> or as plain bytes.</summary>
public readonly record struct ByteSize(long Bytes) : IParsableOption<ByteSize>, IComparable<ByteSize>
{
    /// <summary>Longest first, so that <c>GB</c> is not read as <c>B</c>; printing takes the first that divides.</summary>
    private static readonly (string Suffix, long Factor)[] Units =
    [
        ("TiB", 1L << 40), ("TB", 1_000_000_000_000), ("GiB", 1L << 30), ("GB", 1_000_000_000), ("MiB", 1L << 20), ("MB", 1_000_000),
        ("KiB", 1L << 10), ("KB", 1_000), ("B", 1),
    ];

    /// <inheritdoc/>
    public static string TypeName => "size";

    /// <inheritdoc/>
    public static string Expected => "a size such as 64MiB, 10GB or 1048576";

    /// <summary>A number of mebibytes.</summary>
    public static ByteSize MiB(long count) => new(checked(count << 20));

    /// <summary>A number of kibibytes.</summary>
    public static ByteSize KiB(long count) => new(checked(count << 10));

    /// <summary>Reads a whole or decimal number with an optional unit in any case: B, KB, MB, GB, TB (powers of 1000), KiB … TiB (of 1024).</summary>
    public static bool TryParse(string text, out ByteSize value, out string problem)
    {
        value = default;
        problem = "";
        var number = text.AsSpan().Trim();
        var factor = 1L;
        foreach (var (suffix, size) in Units)
        {
            if (number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^suffix.Length].TrimEnd();
                factor = size;
                break;
            }
        }

        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        if (count < 0)
        {
            problem = "a size cannot be negative";
            return false;
        }

        if (count > long.MaxValue / factor)
        {
            problem = "the size is beyond 64 bits";
            return false;
        }

        var bytes = count * factor;
        if (bytes != decimal.Truncate(bytes))
        {
            problem = "the size is not a whole number of bytes";
            return false;
        }

        value = new ByteSize((long)bytes);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The exact value in the largest unit that holds it as a whole number.</summary>
    public override string ToString()
    {
        foreach (var (suffix, factor) in Units)
        {
            if (Bytes != 0 && Bytes % factor == 0 && factor > 1)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{Bytes / factor}{suffix}");
            }
        }

        return Bytes.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Whether the left is less than the right.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Whether the left is more than the right.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Whether the left is at most the right.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Whether the left is at least the right.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;
}
