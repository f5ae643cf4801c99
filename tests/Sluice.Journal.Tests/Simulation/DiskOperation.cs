namespace Sluice.Journal.Tests.Simulation;

/// <summary>What is done to a simulated disk.</summary>
internal enum DiskOperationKind
{
    Create,
    Write,
    Flush,
    Delete,
    Rename,
    FlushDirectory,
    Read,
}

/// <summary>One operation on a simulated disk.</summary>
/// <param name="Index">Counts the operations that change something, from 0; a read has the index of the next one that does.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Name">To which file; for a renaming, the old name; for the directory, empty.</param>
/// <param name="Offset">Where in the file, in bytes.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct DiskOperation(long Index, DiskOperationKind Kind, string Name, long Offset = 0, int Length = 0)
{
    public override string ToString() => $"{Index}: {Kind} {Name} [{Offset}, +{Length}]";
}
