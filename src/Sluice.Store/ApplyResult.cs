namespace Sluice.Store;

/// <summary>What became of the records of one <see cref="StoreWriter.ApplyAsync"/>.</summary>
/// <param name="Stored">Records that were written, by this call or by calls before it that wrote them and then failed.</param>
/// <param name="Duplicates">Records that were in the store already and of which a call or an earlier process reported so.</param>
public readonly record struct ApplyResult(int Stored, int Duplicates);
