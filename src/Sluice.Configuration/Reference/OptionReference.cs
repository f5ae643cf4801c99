using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Sluice.Configuration;

/// <summary>Writes the reference of options that a component's README holds; a test of the component compares the two.</summary>
public static class OptionReference
{
    /// <summary>
    /// A Markdown table of the implemented keys, then lists of the keys without effect and of the unsupported ones. Lines end with a line feed.
    /// </summary>
    public static string ToMarkdown([DynamicallyAccessedMembers(OptionsModel.Reflected)] Type type)
    {
        var rows = new List<(string Path, OptionDescription Option)>();
        Flatten(OptionCatalog.Describe(type), "", rows);

        var text = new StringBuilder();
        if (rows.Any(row => row.Option.Class == OptionClass.Implemented))
        {
            text.Append("| Key | Type | Default | Description |\n|---|---|---|---|\n");
            foreach (var (path, option) in rows.Where(row => row.Option.Class == OptionClass.Implemented))
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{path}` | {Type(option)} | {Default(option)} | {Cell(Description(option))} |\n");
            }
        }

        AppendList(text, "Accepted without effect:", rows, OptionClass.Ignored);
        AppendList(text, "Not supported:", rows, OptionClass.Unsupported);
        return text.ToString();
    }

    private static void Flatten(OptionDescription option, string path, List<(string, OptionDescription)> rows)
    {
        foreach (var child in option.Children)
        {
            var at = ConfigPath.Key(path, child.Key);
            rows.Add((at, child));
            Flatten(child, at, rows);
        }

        if (option.Element is { } element)
        {
            Flatten(element, option.Kind == OptionKind.List ? path + "[]" : ConfigPath.Key(path, "<name>"), rows);
        }
    }

    private static void AppendList(StringBuilder text, string heading, List<(string Path, OptionDescription Option)> rows, OptionClass wanted)
    {
        var chosen = rows.Where(row => row.Option.Class == wanted).ToList();
        if (chosen.Count == 0)
        {
            return;
        }

        text.Append(text.Length == 0 ? "" : "\n").Append(heading).Append("\n\n");
        foreach (var (path, option) in chosen)
        {
            text.Append(CultureInfo.InvariantCulture, $"- `{path}`: {option.Reason}\n");
        }
    }

    private static string Type(OptionDescription option) => option.Unit is null ? option.TypeText : $"{option.TypeText}, {Cell(option.Unit)}";

    private static string Default(OptionDescription option) => option switch
    {
        { IsRequired: true } => "required",
        { DefaultText.Length: 0 } => "",
        _ => $"`{Cell(option.DefaultText)}`",
    };

    private static string Description(OptionDescription option)
    {
        var text = new StringBuilder(option.Doc);
        if (option.Choices.Count > 0)
        {
            text.Append(" One of ").AppendJoin(", ", option.Choices.Select(c => $"`{YamlText.Quote(c)}`")).Append(option.IgnoresCase ? ", in letters of any size." : ".");
        }

        if (option.Min is not null || option.Max is not null)
        {
            text.Append((option.Min, option.Max) switch
            {
                ({ } min, { } max) => $" From {Bound(option, min)} to {Bound(option, max)}.",
                ({ } min, _) => $" At least {Bound(option, min)}.",
                (_, { } max) => $" At most {Bound(option, max)}.",
                _ => "",
            });
        }

        return text.ToString();
    }

    private static string Bound(OptionDescription option, double bound) => (option.Element ?? option).Kind switch
    {
        OptionKind.Duration => GoDuration.Format(TimeSpan.FromSeconds(bound)),
        OptionKind.Size => new ByteSize((long)bound).ToString(),
        _ => bound.ToString("0.################", CultureInfo.InvariantCulture),
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
