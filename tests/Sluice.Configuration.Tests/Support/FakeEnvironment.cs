using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration.Tests.Support;

/// <summary>Variables and files held in memory.</summary>
internal sealed class FakeEnvironment : IConfigurationEnvironment
{
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    public string? GetVariable(string name) => Variables.GetValueOrDefault(name);

    public bool TryReadFile(string path, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        problem = Files.TryGetValue(path, out text) ? null : "there is no such file";
        return text is not null;
    }
}
