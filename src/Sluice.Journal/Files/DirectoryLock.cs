using System.Globalization;

namespace Sluice.Journal;

/// <summary>
/// Keeps two processes out of one directory: an exclusive lock on a file, which the system gives up with the process, and beside it a file
/// that says which process it is, since a file that is locked cannot be read.
/// </summary>
public sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <summary>Makes the directory, for this user alone, if it is missing, and takes it.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">Names the files: <c>name.lock</c> and <c>name.pid</c>.</param>
    /// <exception cref="JournalOpenException">
    /// Another holder has it, or it cannot be made or written. The message begins with the directory and says what to do.
    /// </exception>
    public static DirectoryLock Take(string directory, string name)
    {
        var owner = Path.Combine(directory, OwnerFile(name));
        FileStream? file = null;
        try
        {
            Create(directory);
            file = new FileStream(Path.Combine(directory, LockFile(name)), Private(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            using var text = new StreamWriter(owner, Private(FileMode.Create, FileAccess.Write, FileShare.Read));
            text.Write(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            text.Flush();
            return new DirectoryLock(file);
        }
        catch (IOException exception) when (file is null && IsHeld(exception))
        {
            throw new JournalOpenException(
                $"{directory} is in use by another Sluice{ReadOwner(owner)}; stop it, or choose another directory.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new JournalOpenException($"{directory} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>Gives the directory up. The files stay: deleting one that somebody else has opened meanwhile would let two in.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>The name of the file that is locked.</summary>
    internal static string LockFile(string name) => $"{name}.lock";

    /// <summary>The name of the file that says who holds the lock.</summary>
    internal static string OwnerFile(string name) => $"{name}.pid";

    /// <summary>How a file is opened so that, if that makes it, only this user can read it.</summary>
    internal static FileStreamOptions Private(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is FileMode.Create or FileMode.CreateNew or FileMode.OpenOrCreate)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>Makes the directory and the missing ones above it, and makes durable that they are there.</summary>
    private static void Create(string directory)
    {
        var missing = new Stack<string>();
        for (var path = Path.GetFullPath(directory); !Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent; path = parent)
        {
            missing.Push(path);
        }

        foreach (var path in missing)
        {
            try
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(path);
                    continue;
                }

                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                using var parent = NativeFiles.OpenDirectory(Path.GetDirectoryName(path)!);
                NativeFiles.FlushDirectory(parent);
            }
            catch (Exception exception) when (FileErrors.IsFileError(exception))
            {
                throw FileErrors.Explain(exception, "Creating the directory", path);
            }
        }
    }

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
