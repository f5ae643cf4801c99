namespace Sluice.Store;

/// <summary>The place of a record in the order of arrival: what paging continues from.</summary>
/// <param name="File">The number of its file.</param>
/// <param name="Row">Its row within the table of its kind.</param>
public readonly record struct StorePosition(long File, long Row) : IComparable<StorePosition>
{
    /// <inheritdoc/>
    public int CompareTo(StorePosition other)
    {
        var byFile = File.CompareTo(other.File);
        return byFile != 0 ? byFile : Row.CompareTo(other.Row);
    }

    public static bool operator <(StorePosition left, StorePosition right) => left.CompareTo(right) < 0;

    public static bool operator >(StorePosition left, StorePosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(StorePosition left, StorePosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(StorePosition left, StorePosition right) => left.CompareTo(right) >= 0;
}
