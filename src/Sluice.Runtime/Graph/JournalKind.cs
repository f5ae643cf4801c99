namespace Sluice.Runtime.Graph;

/// <summary>Where a journal keeps what was acknowledged.</summary>
public enum JournalKind
{
    /// <summary>In files of the data directory: it outlives the process.</summary>
    Disk,

    /// <summary>In memory: it ends with the process.</summary>
    Memory,
}
