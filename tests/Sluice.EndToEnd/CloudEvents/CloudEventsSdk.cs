using System.Text.Json.Nodes;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.CloudEvents;

/// <summary>The CloudEvents SDK for JavaScript.</summary>
internal static class CloudEventsSdk
{
    /// <summary>Sends events of every kind of data; all are answered with 202 when it returns.</summary>
    /// <returns>The events in the JSON format, as the SDK sees them.</returns>
    public static Task<List<JsonObject>> SendAsync(string endpoint, string mode, int count) =>
        RunAsync("send", "--endpoint", endpoint, "--mode", mode, "--count", $"{count}");

    /// <summary>Reads a file with an event on each line, checks them as strictly as the SDK can, and writes them again.</summary>
    public static Task<List<JsonObject>> ReadAsync(string mode, string path) => RunAsync("read", "--mode", mode, "--file", path);

    private static async Task<List<JsonObject>> RunAsync(params string[] arguments)
    {
        var output = await NodeScript.RunAsync("cloudevents.mjs", arguments);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }
}
