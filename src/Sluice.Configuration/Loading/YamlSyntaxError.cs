namespace Sluice.Configuration;

/// <summary>Says what is wrong with a text that is not YAML, in the words of somebody who has to mend it.</summary>
internal static class YamlSyntaxError
{
    public static Diagnostic Explain(string text, SourcePosition position, string parserMessage)
    {
        if (FindIndentingTab(text, position) is { } tab)
        {
            return new Diagnostic(DiagnosticSeverity.Error, tab, "", "a tab is used for indentation", "indent with spaces");
        }

        var message = parserMessage.Trim().TrimEnd('.');
        message = message.Length == 0 ? "the text is not YAML" : "the text is not YAML: " + char.ToLowerInvariant(message[0]) + message[1..];
        return new Diagnostic(
            DiagnosticSeverity.Error,
            position,
            "",
            Printable.Shorten(message, 200),
            "check the indentation, quotes and brackets at and above this place");
    }

    /// <summary>The parser names the beginning of the map that a tab broke off, so the lines below are searched too.</summary>
    private static SourcePosition? FindIndentingTab(string text, SourcePosition position)
    {
        using var reader = new StringReader(text);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var tab = line.AsSpan(0, line.Length - line.AsSpan().TrimStart().Length).IndexOf('\t');
            if (tab >= 0 && number >= position.Line)
            {
                return position with { Line = number, Column = tab + 1 };
            }
        }

        return null;
    }
}
