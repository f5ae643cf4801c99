namespace Sluice.Store;

/// <summary>What became of the records of one <see cref="StoreWriter.ApplyAsync"/>.</summary>
/// <param name="Stored">Records that were written.</param>
/// <param name="Duplicates">Records at or below the applied position of their topic: they are in the store already.</param>
public readonly record struct ApplyResult(int Stored, int Duplicates);
