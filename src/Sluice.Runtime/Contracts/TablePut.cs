using Sluice.Journal;

namespace Sluice.Runtime.Contracts;

/// <summary>An entry of a table that becomes durable together with the records of a request.</summary>
/// <param name="Table">A table of <see cref="IIntake.OpenTable"/>.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">What it is set to; may be empty.</param>
public readonly record struct TablePut(JournalTable Table, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)
{
    /// <summary>Bytes of each key, where <see cref="Key"/> holds several after one another, which are all set to the value; 0 when it is one.</summary>
    public int KeyLength { get; init; }
}
