using System.Diagnostics;
using Sluice.Testing.Processes;

namespace Sluice.Tests.Stack;

/// <summary>Prometheus' own tool for its configuration and rules.</summary>
internal static class Promtool
{
    private const string Tool = "promtool";

    /// <summary>Has the tool find nothing wrong, or skips the test where it is missing.</summary>
    /// <param name="folder">What relative paths start from.</param>
    /// <param name="arguments">Its command with arguments.</param>
    public static async Task RunAsync(string folder, IEnumerable<string> arguments)
    {
        Assert.SkipUnless(Programs.IsInstalled(Tool), "promtool is not installed: run tests/run --install");
        using var tool = Process.Start(new ProcessStartInfo(Tool, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = tool.StandardOutput.ReadToEndAsync();
        var error = tool.StandardError.ReadToEndAsync();
        await tool.WaitForExitAsync();
        Assert.True(tool.ExitCode == 0, $"{await output}\n{await error}");
    }
}
