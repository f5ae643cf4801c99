using System.Diagnostics;
using System.Globalization;

namespace Sluice.Journal;

/// <summary>The process that has a journal's directory for itself, as far as that can be seen without asking for the lock.</summary>
/// <param name="ProcessId">Its id.</param>
public sealed record JournalHolder(int ProcessId)
{
    private const string LockName = "journal";

    /// <summary>Finds out who has the directory. The file that names the holder outlives it, so the process is looked at, too.</summary>
    /// <param name="directory">The directory of the journal.</param>
    /// <returns>Null when nobody has it.</returns>
    internal static JournalHolder? Of(string directory)
    {
        string text;
        try
        {
            text = File.ReadAllText(Path.Combine(directory, DirectoryLock.OwnerFile(LockName)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && IsRunning(id) && MayHoldLock(id, directory) ? new JournalHolder(id) : null;
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Whether the process has the lock file open; where that cannot be seen, it is believed.</summary>
    private static bool MayHoldLock(int id, string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        var file = Path.Combine(RealPath(directory), DirectoryLock.LockFile(LockName));
        try
        {
            return Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/fd"))
                .Any(entry => new FileInfo(entry).LinkTarget == file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>The path without symbolic links, as the system names open files.</summary>
    private static string RealPath(string directory)
    {
        var path = Path.GetFullPath(directory);
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        var own = Path.Combine(RealPath(parent), Path.GetFileName(path));
        return Directory.ResolveLinkTarget(own, returnFinalTarget: true) is { } target ? RealPath(target.FullName) : own;
    }
}
