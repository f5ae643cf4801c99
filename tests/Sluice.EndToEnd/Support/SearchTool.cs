using System.Text.Json.Nodes;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Support;

/// <summary>The command <c>sluice search</c>, for envelopes.</summary>
internal static class SearchTool
{
    private static readonly string[] Everything = ["--json", "--limit", "10000"];

    /// <summary>Asks a running Sluice.</summary>
    public static Task<List<JsonObject>> FindAsync(Instance sluice, params IEnumerable<string> arguments) =>
        RunAsync(["search", "--api", $"http://{sluice.Process.Endpoints["api"]}", .. Everything, .. arguments]);

    /// <summary>Reads the store of a Sluice that has ended.</summary>
    public static Task<List<JsonObject>> FindOfflineAsync(SluiceProcess sluice, params IEnumerable<string> arguments) =>
        RunAsync(["search", "--data-dir", sluice.DataDirectory, .. Everything, .. arguments]);

    private static async Task<List<JsonObject>> RunAsync(string[] arguments)
    {
        var (exitCode, output, error) = await SluiceProcess.RunAsync(arguments);
        Assert.True(exitCode == 0 && error.Length == 0, $"search ended with {exitCode}: {error}");
        return Envelopes.ReadLines(output);
    }
}
