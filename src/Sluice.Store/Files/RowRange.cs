namespace Sluice.Store.Files;

/// <summary>Rows of one table, both ends included.</summary>
internal readonly record struct RowRange(long First, long Last)
{
    public static RowRange All { get; } = new(1, long.MaxValue);
}
