using System.Text.Json;
using Sluice.Runtime.Contracts;

namespace Sluice.Hosting;

/// <summary>The file that says where everything listens, for scripts and tests that let the system choose ports.</summary>
internal static class ReadyFile
{
    /// <summary>Removes what an earlier run left, so that nobody connects to addresses that are gone.</summary>
    /// <exception cref="ComponentStartException">The directory is missing, or may not be written.</exception>
    public static void Clear(string path) => Explained(path, () => File.Delete(path));

    /// <summary>Writes a JSON object of component to address; it appears whole or not at all.</summary>
    /// <exception cref="ComponentStartException">The directory is missing, or may not be written.</exception>
    public static void Write(string path, IEnumerable<BoundEndpoint> endpoints) => Explained(path, () =>
    {
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(endpoints.ToDictionary(endpoint => endpoint.Name, endpoint => endpoint.Address)));
        File.Move(temporary, path, overwrite: true);
    });

    private static void Explained(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ComponentStartException($"--ready-file: {path} cannot be written: {exception.Message} Name a file in a directory that this user may write.", exception);
        }
    }
}
