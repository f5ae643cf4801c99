using System.Text.Json;
using Sluice.Runtime.Contracts;

namespace Sluice.Hosting;

/// <summary>The file that says where everything listens, for scripts and tests that let the system choose ports.</summary>
internal static class ReadyFile
{
    /// <summary>Removes what an earlier run left, so that nobody connects to addresses that are gone.</summary>
    public static void Clear(string path) => File.Delete(path);

    /// <summary>Writes a JSON object of component to address; it appears whole or not at all.</summary>
    public static void Write(string path, IEnumerable<BoundEndpoint> endpoints)
    {
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(endpoints.ToDictionary(endpoint => endpoint.Name, endpoint => endpoint.Address)));
        File.Move(temporary, path, overwrite: true);
    }
}
