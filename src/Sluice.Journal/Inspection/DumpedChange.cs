namespace Sluice.Journal;

/// <summary>One put or delete of a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The key.</param>
/// <param name="ValueBytes">Bytes of the value; null for a delete.</param>
public sealed record DumpedChange(string Table, byte[] Key, int? ValueBytes);
