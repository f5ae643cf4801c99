using System.Text;

namespace Sluice.Configuration;

/// <summary>
/// Resolves placeholders in one text: <c>${env:NAME}</c>, <c>${env:NAME:-default}</c>, <c>${NAME}</c>, <c>${file:path}</c> and
/// <c>${yaml:text}</c>, in each other too; <c>$$</c> is one dollar sign, and a dollar sign before anything else is itself.
/// </summary>
internal sealed class PlaceholderResolver(IConfigurationEnvironment environment, DiagnosticBag diagnostics, LoadLimits limits)
{
    private const string DefaultMark = ":-";
    private const int MaxNesting = 20;

    /// <summary>Null, with an error in the bag, when something could not be resolved.</summary>
    public Expansion? Expand(string text, SourcePosition position, string path) => Expand(text, new Place(position, path), 0);

    private Expansion? Expand(string text, Place place, int nesting)
    {
        if (nesting > MaxNesting)
        {
            return Fail(place, $"placeholders are nested deeper than {MaxNesting}", "simplify them");
        }

        var result = new StringBuilder(text.Length);
        string? origin = null;
        var failed = false;
        for (var at = 0; at < text.Length;)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (text[at] != '$' || next is not ('$' or '{'))
            {
                result.Append(text[at++]);
                continue;
            }

            if (next == '$')
            {
                result.Append('$');
                at += 2;
                continue;
            }

            var end = FindEnd(text, at + 2);
            if (end < 0)
            {
                return Fail(place, "a placeholder ${ is not closed", "add the }, or write $${ for a literal ${");
            }

            var value = Resolve(text[(at + 2)..end], place, nesting);
            if (value is not null && !limits.TryTakeText(value.Text))
            {
                return Fail(place, $"placeholders give more than {LoadLimits.SubstitutedText >> 20} Mi characters in all", "substitute smaller files");
            }

            if (value is not null && at == 0 && end == text.Length - 1)
            {
                return value with { IsWhole = true };
            }

            failed |= value is null;
            result.Append(value?.Text);
            origin ??= value?.Origin;
            at = end + 1;
        }

        return failed ? null : new Expansion(result.ToString(), false, origin, null);
    }

    /// <summary>The index of the brace that closes, counting all braces so that a default may be a map; negative when there is none.</summary>
    private static int FindEnd(string text, int start)
    {
        var open = 1;
        for (var at = start; at < text.Length; at++)
        {
            open += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (open == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private Expansion? Resolve(string body, Place place, int nesting)
    {
        if (!limits.TryTakeSubstitution())
        {
            return Fail(place, $"there are more than {LoadLimits.Substitutions} placeholders", "use fewer");
        }

        var (scheme, rest) = SplitScheme(body);
        return scheme switch
        {
            "env" => ResolveVariable(rest, place, nesting),
            "file" => ResolveFile(rest, place, nesting),
            "yaml" => Expand(rest, place, nesting + 1) is { } yaml ? new Expansion(yaml.Text, true, yaml.Origin, null) : null,
            _ => Fail(place, $"the scheme \"{Printable.Shorten(scheme, 30)}\" is not supported in placeholders", "use env:, file: or yaml:"),
        };
    }

    /// <summary>A name without scheme is a variable; the colon of a default is no scheme's.</summary>
    private static (string Scheme, string Argument) SplitScheme(string body)
    {
        var colon = body.IndexOf(':', StringComparison.Ordinal);
        var hasScheme = colon > 0
            && !body.AsSpan(colon).StartsWith(DefaultMark)
            && char.IsAsciiLetter(body[0])
            && body[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '-');
        return hasScheme ? (body[..colon], body[(colon + 1)..]) : ("env", body);
    }

    private Expansion? ResolveVariable(string rest, Place place, int nesting)
    {
        var mark = FindDefault(rest);
        var written = mark < 0 ? rest : rest[..mark];
        if (Expand(written, place, nesting + 1) is not { } name)
        {
            return null;
        }

        // A name that is itself out of a variable is not repeated.
        var shown = name.Origin is null ? name.Text : written;
        var origin = $"${{env:{Printable.Shorten(shown, 60)}}}";
        if (!IsVariableName(name.Text))
        {
            return Fail(place, $"{origin} does not hold a valid name of an environment variable", "use letters, digits and _, not beginning with a digit");
        }

        if (environment.GetVariable(name.Text) is { } value)
        {
            return new Expansion(value, true, origin, null);
        }

        if (mark < 0)
        {
            return Fail(place, $"the environment variable {shown} is not set", $"set it, or give a default: ${{env:{shown}:-value}}");
        }

        // The default is written in the file for everybody to see; only what it takes from elsewhere has an origin.
        return Expand(rest[(mark + DefaultMark.Length)..], place, nesting + 1) is { } fallback ? fallback with { IsWhole = true } : null;
    }

    private Expansion? ResolveFile(string rest, Place place, int nesting)
    {
        if (Expand(rest, place, nesting + 1) is not { } path)
        {
            return null;
        }

        var origin = $"${{file:{Printable.Shorten(path.Origin is null ? path.Text : rest, 100)}}}";
        if (!environment.TryReadFile(path.Text, out var text, out var problem))
        {
            return Fail(place, $"the file of {origin} cannot be read: {problem}", "check the path; a relative one starts at the working directory");
        }

        text = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        return new Expansion(text, true, origin, path.Text);
    }

    /// <summary>The mark that belongs to this placeholder, not to one inside its name.</summary>
    private static int FindDefault(string text)
    {
        var open = 0;
        for (var at = 0; at < text.Length; at++)
        {
            open += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (open == 0 && text.AsSpan(at).StartsWith(DefaultMark))
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsVariableName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private Expansion? Fail(Place place, string message, string remedy)
    {
        diagnostics.Error(place.Position, place.Path, message, remedy);
        return null;
    }

    private readonly record struct Place(SourcePosition Position, string Path);
}
