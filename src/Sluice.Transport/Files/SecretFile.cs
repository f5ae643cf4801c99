using Sluice.Runtime.Contracts;

namespace Sluice.Transport.Files;

/// <summary>Reads the files that hold credentials at the start of a component.</summary>
public static class SecretFile
{
    /// <summary>Its text.</summary>
    /// <param name="key">The full configuration key that holds the path.</param>
    /// <param name="path">The path.</param>
    /// <exception cref="ComponentStartException">It cannot be read.</exception>
    public static string Read(string key, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var remedy = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "write the file, or correct the path; a relative one starts at the working directory",
                UnauthorizedAccessException => "let the user that Sluice runs as read it; it has to be a file",
                _ => "it has to be a file on a disk that works",
            };
            throw new ComponentStartException($"{key}: {path} cannot be read: {e.Message.TrimEnd('.')}; {remedy}", e);
        }
    }
}
