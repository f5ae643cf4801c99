using System.Text;

namespace Sluice.Configuration;

/// <summary>The one place that turns diagnostics into text.</summary>
public static class DiagnosticFormatter
{
    /// <summary>One line without its end: <c>file.yaml:12:7: error: the::key: what is wrong; what would be right</c>.</summary>
    public static string Format(Diagnostic diagnostic)
    {
        var line = new StringBuilder();
        if (diagnostic.Position is { } position)
        {
            line.Append(position).Append(": ");
        }

        line.Append(diagnostic.Severity == DiagnosticSeverity.Error ? "error: " : "warning: ");
        if (diagnostic.Key.Length > 0)
        {
            line.Append(Printable.Shorten(diagnostic.Key, 200)).Append(": ");
        }

        line.Append(diagnostic.Message);
        if (diagnostic.Remedy.Length > 0)
        {
            line.Append("; ").Append(diagnostic.Remedy);
        }

        // File names, keys and aliases come from outside, and a terminal obeys control characters.
        return Printable.Shorten(line.ToString(), int.MaxValue);
    }

    /// <summary>All of a bag in reading order, a line each, every line ended by a line feed.</summary>
    public static string Format(DiagnosticBag diagnostics)
    {
        var text = new StringBuilder();
        foreach (var diagnostic in diagnostics.InReadingOrder())
        {
            text.Append(Format(diagnostic)).Append('\n');
        }

        if (diagnostics.Omitted > 0)
        {
            text.Append($"and {diagnostics.Omitted} more\n");
        }

        return text.ToString();
    }
}
