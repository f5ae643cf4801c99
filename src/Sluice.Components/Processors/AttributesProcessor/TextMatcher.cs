using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>Some texts or patterns, one of which must match.</summary>
internal sealed class TextMatcher
{
    private const int StackCharacters = 256;

    private readonly byte[][] _texts = [];
    private readonly Regex[] _patterns = [];

    public TextMatcher(MatchType type, IEnumerable<string> texts)
    {
        if (type == MatchType.Regexp)
        {
            _patterns = [.. texts.Select(Re2Pattern.Compile)];
        }
        else
        {
            _texts = [.. texts.Select(Encoding.UTF8.GetBytes)];
        }
    }

    /// <summary>A matcher, or null when there is nothing to match against.</summary>
    public static TextMatcher? Create(MatchType type, IReadOnlyList<string> texts) => texts.Count == 0 ? null : new TextMatcher(type, texts);

    public bool Matches(ReadOnlySpan<byte> utf8)
    {
        foreach (var text in _texts)
        {
            if (utf8.SequenceEqual(text))
            {
                return true;
            }
        }

        return _patterns.Length > 0 && MatchesPattern(utf8);
    }

    private bool MatchesPattern(ReadOnlySpan<byte> utf8)
    {
        var rented = utf8.Length > StackCharacters ? ArrayPool<char>.Shared.Rent(utf8.Length) : null;
        var characters = rented ?? stackalloc char[StackCharacters];
        characters = characters[..Encoding.UTF8.GetChars(utf8, characters)];
        var matches = false;
        foreach (var pattern in _patterns)
        {
            if (pattern.IsMatch(characters))
            {
                matches = true;
                break;
            }
        }

        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return matches;
    }
}
