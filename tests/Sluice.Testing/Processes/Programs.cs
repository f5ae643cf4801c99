using System.ComponentModel;
using System.Diagnostics;

namespace Sluice.Testing.Processes;

/// <summary>Programs of others that tests run.</summary>
public static class Programs
{
    /// <summary>Whether a program is there and can say which version it is.</summary>
    public static bool IsInstalled(string program) => IsInstalled(program, "--version");

    /// <inheritdoc cref="IsInstalled(string)"/>
    /// <param name="program">Its name.</param>
    /// <param name="question">What it is asked with, if not --version.</param>
    public static bool IsInstalled(string program, string question)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, question) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
