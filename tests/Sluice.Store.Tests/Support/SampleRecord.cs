using System.Text.RegularExpressions;

namespace Sluice.Store.Tests.Support;

/// <summary>A log record or span as the model knows it: plain values, compared by brute force.</summary>
public sealed partial record SampleRecord
{
    public string Id { get; set; } = "";

    public required bool IsSpan { get; init; }

    public required string Service { get; init; }

    public required long Time { get; init; }

    public required long Received { get; init; }

    public int Severity { get; init; }

    public string TraceId { get; init; } = "";

    public string SpanId { get; init; } = "";

    public string ParentSpanId { get; init; } = "";

    /// <summary>Event or span name.</summary>
    public string Name { get; init; } = "";

    public string Body { get; init; } = "";

    public long Duration { get; init; }

    public bool IsError { get; init; }

    public IReadOnlyList<KeyValuePair<string, object>> Attributes { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, object>> Resource { get; init; } = [];

    /// <summary>The texts that full-text search looks in, each by itself.</summary>
    public IEnumerable<string> Texts => [Name, Body, .. Attributes.Select(attribute => TextOf(attribute.Value))];

    /// <summary>The time the record is found by.</summary>
    public long SearchTime => Time == 0 ? Received : Time;

    /// <summary>Whether words occur in a row in one of the texts.</summary>
    public bool HasPhrase(string phrase, bool isPrefix = false)
    {
        var words = Words(phrase);
        return Texts.Any(text =>
        {
            var tokens = Words(text);
            for (var at = 0; at + words.Count <= tokens.Count; at++)
            {
                var matches = !words.Where((word, i) => isPrefix && i == words.Count - 1
                    ? !tokens[at + i].StartsWith(word, StringComparison.Ordinal)
                    : tokens[at + i] != word).Any();
                if (matches)
                {
                    return true;
                }
            }

            return false;
        });
    }

    public bool HasAttribute(string key, string value) =>
        Attributes.Concat(Resource).Any(attribute => attribute.Key == key && (TextOf(attribute.Value) == value || TextOf(attribute.Value) == value + ".0"));

    public static string TextOf(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R") is var text && text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : number.ToString("R"),
        _ => value.ToString()!,
    };

    private static List<string> Words(string text) => [.. WordPattern().Matches(text).Select(match => match.Value.ToLowerInvariant())];

    [GeneratedRegex("[a-zA-Z0-9]+")]
    private static partial Regex WordPattern();
}
