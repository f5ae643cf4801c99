namespace Sluice.Configuration;

/// <summary>Says what is wrong with a text that is not YAML, in the words of somebody who has to mend it.</summary>
internal static class YamlSyntaxError
{
    public static (string Message, string Remedy) Explain(string text, SourcePosition position, string parserMessage)
    {
        var line = LineAt(text, position.Line);
        var indent = line[..^line.TrimStart().Length];
        if (indent.Contains('\t', StringComparison.Ordinal))
        {
            return ("a tab is used for indentation", "indent with spaces");
        }

        if (line.Contains('\t', StringComparison.Ordinal) && parserMessage.Contains("cannot start any token", StringComparison.Ordinal))
        {
            return ("a tab stands where YAML wants spaces", "replace it by spaces");
        }

        var message = parserMessage.Trim().TrimEnd('.');
        message = message.Length == 0 ? "the text is not YAML" : "the text is not YAML: " + char.ToLowerInvariant(message[0]) + message[1..];
        return (message, "check the indentation, quotes and brackets at and above this place");
    }

    private static string LineAt(string text, int number)
    {
        using var reader = new StringReader(text);
        var line = reader.ReadLine();
        for (var at = 1; at < number && line is not null; at++)
        {
            line = reader.ReadLine();
        }

        return line ?? "";
    }
}
