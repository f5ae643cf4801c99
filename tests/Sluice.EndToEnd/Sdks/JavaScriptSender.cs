using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Sdks;

/// <summary>Sends through the OpenTelemetry SDK for JavaScript, run by Node.js, and says as envelopes what it sent.</summary>
internal static class JavaScriptSender
{
    /// <summary>Sends; everything is answered when it returns.</summary>
    public static async Task<IReadOnlyList<JsonObject>> SendAsync(string protocol, string endpoint, string compression, string run, int records) =>
        Envelopes.ReadLines(await NodeScript.RunAsync(
            "send.mjs", "--protocol", protocol, "--endpoint", endpoint, "--compression", compression, "--count", $"{records}", "--run", run));
}
