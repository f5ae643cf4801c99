namespace Sluice.Journal;

/// <summary>
/// The directory of a journal: the seam at which tests put a disk that fails, tears and forgets. Names are plain file names. Everything is
/// synchronous and called from the journal's own threads; different files may be used at the same time, and so may different ranges of one.
/// </summary>
/// <remarks>
/// What the journal relies on, and no more: after <see cref="JournalFile.Flush"/> the bytes written before it survive a power cut; after
/// <see cref="FlushDirectory"/> the files created or deleted before it are there or gone. Without them anything may be lost, torn at any byte
/// or arrive in any order. Errors are <see cref="IOException"/>s (or <see cref="UnauthorizedAccessException"/>s) whose message says what
/// failed on which path.
/// </remarks>
internal interface IJournalFiles : IDisposable
{
    /// <summary>The directory's path, for messages.</summary>
    string Path { get; }

    /// <summary>Creates the directory if it is missing and takes it for this process alone, until it is disposed.</summary>
    /// <exception cref="JournalOpenException">Another process has it, it cannot be created, or it cannot be written.</exception>
    void Lock();

    /// <summary>The files that are there, without those of the lock, in no particular order; none when there is no directory.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file that is there, or makes an empty one.</summary>
    JournalFile Open(string name, JournalFileAccess access);

    /// <summary>Deletes a file; one that is not there is fine.</summary>
    void Delete(string name);

    /// <summary>Gives a file another name, over one that has it.</summary>
    void Rename(string from, string to);

    /// <summary>Makes creations, deletions and renamings durable.</summary>
    void FlushDirectory();

    /// <summary>Bytes that may still be written to the file system.</summary>
    long GetFreeBytes();

    /// <summary>The name of the network file system that the directory is on, or null on a local one.</summary>
    string? GetNetworkFileSystem();
}
