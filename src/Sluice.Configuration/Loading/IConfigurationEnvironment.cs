using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration;

/// <summary>What loading asks of the world outside: environment variables and files.</summary>
public interface IConfigurationEnvironment
{
    /// <summary>The value of a variable, or null when it is not set.</summary>
    string? GetVariable(string name);

    /// <summary>Reads a file as UTF-8 text.</summary>
    /// <param name="path">As written in the configuration; relative to the working directory.</param>
    /// <param name="text">The content without byte order mark, when true is returned.</param>
    /// <param name="problem">Why it could not be read, when false is returned.</param>
    bool TryReadFile(string path, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem);
}
