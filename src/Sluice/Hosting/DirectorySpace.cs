namespace Sluice.Hosting;

/// <summary>The space of a directory that need not be there yet.</summary>
/// <param name="Free">Bytes that may still be written to its file system.</param>
/// <param name="Used">Bytes of the files in it.</param>
internal readonly record struct DirectorySpace(long Free, long Used)
{
    /// <summary>Bytes that the files in it may take altogether.</summary>
    public long Total => Free + Used;

    /// <summary>Asks the file system.</summary>
    /// <returns>Null when it does not tell: whoever opens the directory will say why.</returns>
    public static DirectorySpace? Of(string directory)
    {
        try
        {
            var used = Directory.Exists(directory) ? new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Length) : 0;
            return new DirectorySpace(new DriveInfo(NearestExisting(directory)).AvailableFreeSpace, used);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string NearestExisting(string directory)
    {
        var path = Path.GetFullPath(directory);
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent)
        {
            path = parent;
        }

        return path;
    }
}
