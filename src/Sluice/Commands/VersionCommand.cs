using System.CommandLine;
using System.Runtime.InteropServices;

namespace Sluice.Commands;

/// <summary><c>sluice version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The version of this build.</summary>
    public static string Version { get; } = typeof(VersionCommand).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static Command Create()
    {
        var command = new Command("version", "Prints the version.");
        command.SetAction(_ =>
        {
            Console.Out.WriteLine($"sluice {Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
            return ExitCodes.Success;
        });
        return command;
    }
}
