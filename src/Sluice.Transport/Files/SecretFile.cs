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
            throw new ComponentStartException($"{key}: {path} cannot be read: {e.Message}", e);
        }
    }
}
