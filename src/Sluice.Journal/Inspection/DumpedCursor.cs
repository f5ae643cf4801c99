namespace Sluice.Journal;

/// <summary>A move of a cursor.</summary>
/// <param name="Consumer">Whose.</param>
/// <param name="To">Where to: the first record that is not settled.</param>
public sealed record DumpedCursor(string Consumer, RecordId To);
