using System.Diagnostics;
using Xunit;

namespace Sluice.Testing.Processes;

/// <summary>A script in <c>tests/Sluice.EndToEnd/js</c>, run by Node.js with the packages that are installed there.</summary>
public static class NodeScript
{
    private static readonly string Folder = GoldenFile.PathOf("tests/Sluice.EndToEnd/js");

    /// <summary>Skips the test where Node.js or its packages are missing.</summary>
    public static void SkipUnlessInstalled()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules")), "node_modules is missing in tests/Sluice.EndToEnd/js: run npm ci there, or tests/run --install");
        Assert.SkipUnless(Programs.IsInstalled("node"), "node is not installed: run tests/run --install");
    }

    /// <summary>Starts one. The caller reads what it prints and disposes it; it ends by itself when its input is closed.</summary>
    public static Process Start(string script, params IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo("node", [script, .. arguments])
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs one to its end, which has to be a good one.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string script, params IEnumerable<string> arguments)
    {
        using var node = Start(script, arguments);
        node.StandardInput.Close();
        var output = node.StandardOutput.ReadToEndAsync();
        var error = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0 && (await error).Length == 0, $"{script} ended with {node.ExitCode}:\n{await error}");
        return await output;
    }
}
