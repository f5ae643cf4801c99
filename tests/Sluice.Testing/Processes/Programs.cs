using System.ComponentModel;
using System.Diagnostics;

namespace Sluice.Testing.Processes;

/// <summary>Programs of others that tests run.</summary>
public static class Programs
{
    /// <summary>Whether a program is there and can say which version it is.</summary>
    public static bool IsInstalled(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
