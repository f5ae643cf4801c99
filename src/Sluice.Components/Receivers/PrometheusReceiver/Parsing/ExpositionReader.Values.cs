using System.Globalization;
using System.Text;

namespace Sluice.Components.Receivers.PrometheusReceiver.Parsing;

/// <content>Words, texts, numbers, and what stands between them.</content>
internal ref partial struct ExpositionReader
{
    private ReadOnlySpan<byte> Identifier(bool allowColon)
    {
        var start = _position;
        while (char.IsAsciiLetter(Next) || Next == '_' || (allowColon && Next == ':') || (_position > start && char.IsAsciiDigit(Next)))
        {
            _position++;
        }

        return _text[start.._position];
    }

    private ReadOnlySpan<byte> Word()
    {
        var rest = _text[_position..];
        var length = rest.IndexOfAny((byte)' ', (byte)'\t', (byte)'\n');
        length = length < 0 ? rest.Length : length;
        if (rest[..length].IndexOf((byte)0) is var zero and >= 0)
        {
            // The library's readers of numbers pass over zeros at the end.
            _position += zero;
            throw Fault("there is a zero byte");
        }

        _position += length;
        return rest[..length];
    }

    private ReadOnlySpan<byte> Quoted()
    {
        _position++;
        var rest = _text[_position..];
        var end = rest.IndexOfAny((byte)'"', (byte)'\\', (byte)'\n');
        if (end >= 0 && rest[end] == '"')
        {
            _position += end + 1;
            return rest[..end];
        }

        var start = _into.Unescaped.Length;
        while (Next != '"')
        {
            if (Next == '\n')
            {
                throw Fault("a text in quotes does not end in its line");
            }

            _into.Unescaped.Append(Unescaped(quotes: true));
        }

        _position++;
        return _into.Unescaped.Slice(start, _into.Unescaped.Length - start);
    }

    private ReadOnlySpan<byte> Help()
    {
        var start = _into.Unescaped.Length;
        while (Next != '\n')
        {
            _into.Unescaped.Append(Unescaped(quotes: _isOpenMetrics));
        }

        return _into.Unescaped.Slice(start, _into.Unescaped.Length - start);
    }

    /// <summary>Takes one byte, written with a backslash or not.</summary>
    private byte Unescaped(bool quotes)
    {
        var c = _text[_position++];
        if (c != '\\')
        {
            return c;
        }

        switch (Next)
        {
            case 'n':
                _position++;
                return (byte)'\n';
            case '\\':
                _position++;
                return (byte)'\\';
            case '"' when quotes:
                _position++;
                return (byte)'"';
            default:
                // Both formats leave others as they stand.
                return (byte)'\\';
        }
    }

    /// <summary>A decimal number, or infinity or NaN in letters of any size; not hexadecimal, and without anything between the digits.</summary>
    private readonly double Number(ReadOnlySpan<byte> word)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var digits = word.Length > 0 && word[0] is (byte)'+' or (byte)'-' ? word[1..] : word;
        if (digits.Length > 0 && (char.IsAsciiDigit((char)digits[0]) || digits[0] == '.') && double.TryParse(word, Style, CultureInfo.InvariantCulture, out var value))
        {
            return double.IsFinite(value) ? value : throw Fault($"\"{Encoding.UTF8.GetString(word)}\" is too large a number");
        }

        if (Ascii.EqualsIgnoreCase(digits, "inf"u8) || Ascii.EqualsIgnoreCase(digits, "infinity"u8))
        {
            return word[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }

        return Ascii.EqualsIgnoreCase(word, "nan"u8) ? double.NaN : throw Fault($"\"{Encoding.UTF8.GetString(word)}\" is no number");
    }

    /// <summary>Milliseconds in the text format, seconds in OpenMetrics.</summary>
    private readonly long Time(ReadOnlySpan<byte> word)
    {
        if (!_isOpenMetrics)
        {
            return !word.StartsWith("+"u8) && long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
                ? Math.Max(milliseconds, ExpositionLine.NoTime + 1)
                : throw Fault($"\"{Encoding.UTF8.GetString(word)}\" is no time in milliseconds");
        }

        return decimal.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(seconds) < 1_000_000_000_000
            ? (long)(seconds * 1000)
            : throw Fault($"\"{Encoding.UTF8.GetString(word)}\" is no time in seconds");
    }

    /// <summary>Passes over what separates fields: one space in OpenMetrics, any blanks in the text format.</summary>
    private void Blank()
    {
        if (_isOpenMetrics ? Next != ' ' : Next is not (' ' or '\t') && (_position == 0 || (char)_text[_position - 1] is not (' ' or '\t' or '}')))
        {
            throw Fault($"a space should be where '{Shown()}' is");
        }

        if (_isOpenMetrics)
        {
            _position++;
        }
        else
        {
            SkipBlanks();
        }
    }

    /// <summary>What separates the fields of a comment that says something.</summary>
    private void Separator()
    {
        if (_isOpenMetrics)
        {
            Blank();
        }
        else
        {
            SkipBlanks();
        }
    }

    private void SkipBlanks()
    {
        while (!AtEnd && Next is ' ' or '\t')
        {
            _position++;
        }
    }

    private void SkipBlanksOfText()
    {
        if (!_isOpenMetrics)
        {
            SkipBlanks();
        }
    }

    private void SkipLine()
    {
        var length = _text[_position..].IndexOf((byte)'\n');
        _position = length < 0 ? _text.Length : _position + length;
    }

    private readonly string Shown()
    {
        if (Next == '\n')
        {
            return "the end of the line";
        }

        Rune.DecodeFromUtf8(_text[_position..], out var rune, out _);
        return rune.ToString();
    }

    private readonly ExpositionException Fault(string what)
    {
        var column = Encoding.UTF8.GetCharCount(_text[_lineStart..Math.Min(_position, _text.Length)]) + 1;
        return new ExpositionException(string.Create(CultureInfo.InvariantCulture, $"line {_line}, column {column}: {what}"));
    }
}
