using System.Globalization;
using Sluice.Runtime.Contracts;

namespace Sluice.Hosting;

/// <summary>Keeps two instances out of one data directory.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Makes the directory and takes it.</summary>
    /// <exception cref="ComponentStartException">It cannot be made or written, or another instance has it.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, "sluice.lock");
        try
        {
            Directory.CreateDirectory(directory);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new DataDirectoryLock(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ComponentStartException($"--data-dir: {directory} cannot be written: {exception.Message} Choose a directory that this user may write.", exception);
        }
        catch (IOException exception) when (ReadOwner(path) is { } owner)
        {
            throw new ComponentStartException(
                $"--data-dir: {directory} is in use by the Sluice with process id {owner}; stop it, or choose another directory.", exception);
        }
        catch (IOException exception)
        {
            throw new ComponentStartException($"--data-dir: {directory} cannot be used: {exception.Message}", exception);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string? ReadOwner(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            var owner = reader.ReadToEnd();
            return owner.Length > 0 ? owner : null;
        }
        catch (IOException)
        {
            // The lock file itself cannot be read: then it is not a question of another instance.
            return null;
        }
    }
}
