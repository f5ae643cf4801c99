namespace Sluice.Journal;

/// <summary>One table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Entries">Entries in it.</param>
/// <param name="Bytes">Bytes of their keys and values.</param>
/// <param name="MaxEntries">Entries it may hold.</param>
/// <param name="ExpirySeconds">How long an entry lives after it was last written; null: for ever.</param>
/// <param name="Evicted">Entries that went because there were too many, over the journal's life.</param>
public sealed record InspectedTable(string Name, int Entries, long Bytes, int MaxEntries, double? ExpirySeconds, long Evicted);
