namespace Sluice.Journal;

/// <summary>A directory of the real file system. Nothing is created before <see cref="Lock"/>.</summary>
internal sealed class DiskFiles(string path) : IJournalFiles
{
    private const string LockName = "journal";

    private DirectoryLock? _lock;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public void Lock() => _lock = DirectoryLock.Take(Path, LockName);

    public IReadOnlyList<string> List()
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(Path).Select(file => System.IO.Path.GetFileName(file)).Where(
                    name => name != DirectoryLock.LockFile(LockName) && name != DirectoryLock.OwnerFile(LockName)),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Explain(exception, "Listing", Path);
        }
    }

    public JournalFile Open(string name, JournalFileAccess access)
    {
        var file = FullPath(name);
        try
        {
            return new DiskFile(name, file, access);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Explain(exception, access == JournalFileAccess.Create ? "Creating" : "Opening", file);
        }
    }

    public void Delete(string name)
    {
        var file = FullPath(name);
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Explain(exception, "Deleting", file);
        }
    }

    public void Rename(string from, string to)
    {
        var file = FullPath(from);
        try
        {
            File.Move(file, FullPath(to), overwrite: true);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Explain(exception, $"Giving the name {to} to", file);
        }
    }

    public void FlushDirectory()
    {
        // Windows lets no ordinary user flush a directory; its file system writes names through a log of its own, in order.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            using var directory = NativeFiles.OpenDirectory(Path);
            NativeFiles.FlushDirectory(directory);
        }
        catch (IOException exception)
        {
            throw FileErrors.Explain(exception, "Flushing the directory", Path);
        }
    }

    public long GetFreeBytes()
    {
        // The directory may not be there yet; what it will be on is where its nearest ancestor is.
        var there = Path;
        while (!Directory.Exists(there) && System.IO.Path.GetDirectoryName(there) is { } parent)
        {
            there = parent;
        }

        try
        {
            // What this user may write: without the part that is reserved for root. Unix takes any path for a drive.
            return new DriveInfo(OperatingSystem.IsWindows() ? System.IO.Path.GetPathRoot(there)! : there).AvailableFreeSpace;
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Explain(exception, "Asking for the free space at", there);
        }
    }

    public string? GetNetworkFileSystem() =>
        OperatingSystem.IsLinux() && MountTable.FindFileSystem(Path) is { } type && MountTable.IsNetwork(type) ? type : null;

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private string FullPath(string name) => System.IO.Path.Combine(Path, name);
}
