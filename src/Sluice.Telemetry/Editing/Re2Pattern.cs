using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Telemetry.Editing;

/// <summary>
/// Compiles regular expressions in the syntax of RE2, which the Collector's configuration uses, to the base library's automaton: the time
/// to match is linear in the text, whatever the pattern.
/// </summary>
/// <remarks>
/// What RE2 and .NET write differently is translated: named groups, ASCII <c>\d \w \s</c>, POSIX classes, <c>\Q…\E</c>, <c>\x{…}</c>, and
/// <c>$</c> that does not match before a last line feed. What RE2 does not have (back references, look-around) is refused, and so is what
/// .NET cannot express (<c>(?U)</c>, <c>\C</c>, script names in <c>\p{…}</c>).
/// </remarks>
public static class Re2Pattern
{
    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="ArgumentException">It is not a pattern of RE2, or not one that can be expressed; the message says why.</exception>
    public static Regex Compile(string pattern)
    {
        var translated = new Translation(pattern).Run();
        try
        {
            return new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (RegexParseException e)
        {
            throw new ArgumentException(e.Message, e);
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException("Look-around, back references, atomic groups and very large counted repetitions are not supported.", e);
        }
    }

    private sealed class Translation(string pattern)
    {
        private readonly StringBuilder _output = new();
        private readonly Stack<bool> _multilineOutside = new();
        private bool _multiline;
        private int _position;

        public string Run()
        {
            while (_position < pattern.Length)
            {
                var next = pattern[_position++];
                switch (next)
                {
                    case '\\':
                        Escape(inClass: false);
                        break;
                    case '[':
                        Class();
                        break;
                    case '(':
                        Group();
                        break;
                    case ')':
                        _multiline = _multilineOutside.TryPop(out var outside) ? outside : _multiline;
                        _output.Append(')');
                        break;
                    case '$':
                        _output.Append(_multiline ? "$" : @"\z");
                        break;
                    default:
                        _output.Append(next);
                        break;
                }
            }

            return _output.ToString();
        }

        private void Escape(bool inClass)
        {
            var next = Take("a character after \\");
            switch (next)
            {
                case 'd':
                    Append("0-9", inClass);
                    break;
                case 'w':
                    Append("0-9A-Za-z_", inClass);
                    break;
                case 's':
                    Append(@"\t\n\f\r ", inClass);
                    break;
                case 'D':
                    Append(@"\x00-/:-\uFFFF", inClass);
                    break;
                case 'W':
                    Append(@"\x00-/:-@\[-\^`{-\uFFFF", inClass);
                    break;
                case 'S':
                    Append(@"\x00-\x08\x0B\x0E-\x1F!-\uFFFF", inClass);
                    break;
                case 'Q' when !inClass:
                    Quoted();
                    break;
                case 'x' when _position < pattern.Length && pattern[_position] == '{':
                    CodePoint(inClass);
                    break;
                case 'p' or 'P' when _position < pattern.Length && pattern[_position] != '{':
                    _output.Append('\\').Append(next).Append('{').Append(Take("a category")).Append('}');
                    break;
                case (>= '1' and <= '9') or 'k' or 'Z' or 'G' or 'C' or 'E' or 'u' or 'c' or 'e':
                    throw new ArgumentException($"RE2 has no \\{next}, or it cannot be expressed.");
                default:
                    _output.Append('\\').Append(next);
                    break;
            }
        }

        private void Append(string ranges, bool inClass) => _output.Append(inClass ? ranges : $"[{ranges}]");

        private void Quoted()
        {
            var end = pattern.IndexOf(@"\E", _position, StringComparison.Ordinal);
            var text = end < 0 ? pattern[_position..] : pattern[_position..end];
            _output.Append(Regex.Escape(text).Replace("]", @"\]", StringComparison.Ordinal).Replace("}", @"\}", StringComparison.Ordinal));
            _position = end < 0 ? pattern.Length : end + 2;
        }

        private void CodePoint(bool inClass)
        {
            var end = pattern.IndexOf('}', _position);
            if (end < 0 || !int.TryParse(pattern.AsSpan(_position + 1, end - _position - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ||
                !Rune.IsValid(value))
            {
                throw new ArgumentException(@"\x{…} needs the hexadecimal number of a Unicode character.");
            }

            _position = end + 1;
            var units = new Rune(value).ToString();
            if (inClass && units.Length > 1)
            {
                throw new ArgumentException("Characters beyond U+FFFF cannot stand in a class.");
            }

            var escaped = string.Concat(units.Select(static unit => $"\\u{(int)unit:X4}"));
            _output.Append(units.Length > 1 ? $"(?:{escaped})" : escaped);
        }

        private void Class()
        {
            _output.Append('[');
            if (_position < pattern.Length && pattern[_position] == '^')
            {
                _output.Append('^');
                _position++;
            }

            for (var first = true; ; first = false)
            {
                var next = Take("] at the end of a class");
                switch (next)
                {
                    case ']' when !first:
                        _output.Append(']');
                        return;
                    case ']':
                        _output.Append(@"\]");
                        break;
                    case '\\':
                        Escape(inClass: true);
                        break;
                    case '[' when _position < pattern.Length && pattern[_position] == ':':
                        PosixClass();
                        break;
                    case '[':
                        _output.Append(@"\[");
                        break;
                    default:
                        _output.Append(next);
                        break;
                }
            }
        }

        private void PosixClass()
        {
            var end = pattern.IndexOf(":]", _position, StringComparison.Ordinal);
            if (end < 0 || !PosixClasses.TryGetValue(pattern[(_position + 1)..end], out var ranges))
            {
                throw new ArgumentException("[:…:] is not one of " + string.Join(", ", PosixClasses.Keys) + ".");
            }

            _output.Append(ranges);
            _position = end + 2;
        }

        private void Group()
        {
            _multilineOutside.Push(_multiline);
            _output.Append('(');
            if (_position >= pattern.Length || pattern[_position] != '?')
            {
                return;
            }

            _output.Append('?');
            _position++;
            if (pattern.AsSpan(_position).StartsWith("P<"))
            {
                _position++;
                return;
            }

            var end = pattern.AsSpan(_position).IndexOfAnyExcept("imsU-");
            var flags = pattern.AsSpan(_position, Math.Max(end, 0));
            if (flags.Contains('U') || (end >= 0 && pattern[_position + end] is not (':' or ')' or '<')))
            {
                throw new ArgumentException($"The group (?{pattern[_position..Math.Min(_position + Math.Max(end, 0) + 1, pattern.Length)]}… is not supported.");
            }

            SetMultiline(flags, scoped: end >= 0 && pattern[_position + end] == ':');
            _output.Append(flags);
            _position += flags.Length;
        }

        /// <summary>Flags before a colon hold within the group, those before the parenthesis in the rest of the group around it.</summary>
        private void SetMultiline(ReadOnlySpan<char> flags, bool scoped)
        {
            var flag = flags.IndexOf('m');
            if (flag < 0)
            {
                return;
            }

            _multiline = !flags[..flag].Contains('-');
            if (!scoped)
            {
                _multilineOutside.Pop();
                _multilineOutside.Push(_multiline);
            }
        }

        private char Take(string expected) =>
            _position < pattern.Length ? pattern[_position++] : throw new ArgumentException($"The pattern ends where {expected} is due.");
    }
}
