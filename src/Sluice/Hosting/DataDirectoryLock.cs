using Sluice.Journal;
using Sluice.Runtime.Contracts;

namespace Sluice.Hosting;

/// <summary>Keeps two instances out of one data directory.</summary>
internal static class DataDirectoryLock
{
    /// <summary>Makes the directory and takes it until the lock is disposed.</summary>
    /// <exception cref="ComponentStartException">It cannot be made or written, or another instance has it.</exception>
    public static IDisposable Take(string directory)
    {
        try
        {
            return DirectoryLock.Take(directory, "sluice");
        }
        catch (JournalOpenException exception)
        {
            throw new ComponentStartException($"--data-dir: {exception.Message}", exception);
        }
    }
}
