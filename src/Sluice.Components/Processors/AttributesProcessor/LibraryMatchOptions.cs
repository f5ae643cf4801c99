using Sluice.Configuration;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>An instrumentation scope.</summary>
public sealed record LibraryMatchOptions
{
    /// <summary>Its name.</summary>
    [Option("The name of the scope.", Required = true)]
    public string Name { get; init; } = "";

    /// <summary>Its version.</summary>
    [Option("The version of the scope; without it any, empty for none.")]
    public string? Version { get; init; }
}
