using System.Globalization;
using Sluice.Runtime.Contracts;

namespace Sluice.Hosting;

/// <summary>
/// Keeps two instances out of one data directory: an exclusive lock on a file, which the system gives up with the process, and beside it a
/// file that says which process it is, since a file that is locked cannot be read.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Makes the directory and takes it.</summary>
    /// <exception cref="ComponentStartException">It cannot be made or written, or another instance has it.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        var owner = Path.Combine(directory, "sluice.pid");
        try
        {
            Directory.CreateDirectory(directory);
            var file = new FileStream(Path.Combine(directory, "sluice.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataDirectoryLock(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ComponentStartException($"--data-dir: {directory} cannot be written: {exception.Message} Choose a directory that this user may write.", exception);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new ComponentStartException(
                $"--data-dir: {directory} is in use by another Sluice{ReadOwner(owner)}; stop it, or choose another directory.", exception);
        }
        catch (IOException exception)
        {
            throw new ComponentStartException($"--data-dir: {directory} cannot be used: {exception.Message}", exception);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The lock is taken: EWOULDBLOCK on Unix, a sharing violation on Windows.</summary>
    private static bool IsHeld(IOException exception) =>
        exception.GetType() == typeof(IOException) && exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>The process id for the message; nothing when it is not known.</summary>
    private static string ReadOwner(string path)
    {
        try
        {
            return $", process id {File.ReadAllText(path)}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
