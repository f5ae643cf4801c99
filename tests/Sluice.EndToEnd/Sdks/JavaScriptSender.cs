using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Testing;

namespace Sluice.EndToEnd.Sdks;

/// <summary>Sends through the OpenTelemetry SDK for JavaScript, run by Node.js, and says as envelopes what it sent.</summary>
internal static class JavaScriptSender
{
    private static readonly string Folder = GoldenFile.PathOf("tests/Sluice.EndToEnd/js");

    /// <summary>Skips the test where Node.js or its packages are missing.</summary>
    public static void SkipUnlessInstalled()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules")), "node_modules is missing in tests/Sluice.EndToEnd/js: run npm ci there, or tests/run --install");
        Assert.SkipUnless(IsInstalled("node"), "node is not installed: run tests/run --install");
    }

    /// <summary>Sends; everything is answered when it returns.</summary>
    public static async Task<IReadOnlyList<JsonObject>> SendAsync(string protocol, string endpoint, string compression, string run, int records)
    {
        var start = new ProcessStartInfo(
            "node", ["send.mjs", "--protocol", protocol, "--endpoint", endpoint, "--compression", compression, "--count", $"{records}", "--run", run])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var error = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0 && (await error).Length == 0, $"send.mjs ended with {node.ExitCode}:\n{await error}");
        return Envelopes.ReadLines(await output);
    }

    private static bool IsInstalled(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
