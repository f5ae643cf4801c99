namespace Sluice.Store;

/// <summary>What kind of failure a <see cref="StoreException"/> is, by what its catcher can do about it.</summary>
public enum StoreFailure
{
    /// <summary>Reading or writing failed; it may work later.</summary>
    Io,

    /// <summary>No space is left on the disk.</summary>
    DiskFull,

    /// <summary>A file is not a store file, or damaged.</summary>
    Corrupt,

    /// <summary>The directory or a file may not be read or written, or another process writes here.</summary>
    Denied,

    /// <summary>The operation was cut off on request.</summary>
    Interrupted,

    /// <summary>A file was written by a later version.</summary>
    NewerFormat,
}
