using System.Buffers;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>What may be the name of a topic.</summary>
internal static class KafkaTopicName
{
    /// <summary>What to do about one that may not.</summary>
    public const string Remedy = "use up to 249 letters, digits, dots, underscores and dashes";

    private const int MaxLength = 249;

    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? FindFault(string name) => name switch
    {
        "" => "is empty",
        "." or ".." => "is no name of a topic",
        { Length: > MaxLength } => "is too long for a topic",
        _ when name.AsSpan().ContainsAnyExcept(Characters) => "has characters that no topic may have",
        _ => null,
    };
}
