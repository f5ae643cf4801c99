namespace Sluice.Telemetry.Otlp.Json;

/// <summary>
/// Tells quickly that a text is JSON (RFC 8259) as <see cref="JsonText"/> takes it. What it does not recognize may still be: it knows no reasons,
/// and leaves rare forms, such as surrogate pairs in escapes, to a reader that does.
/// </summary>
internal ref struct JsonChecker
{
    /// <summary>Levels that a word has a bit for.</summary>
    private const int DeepestDepth = 64;

    private readonly ReadOnlySpan<byte> _json;
    private readonly int _maxDepth;
    private int _at;
    private int _depth;

    /// <summary>What is open, the innermost last: a bit that is set is an array.</summary>
    private ulong _arrays;

    private JsonChecker(ReadOnlySpan<byte> json, int maxDepth)
    {
        _json = json;
        _maxDepth = Math.Min(maxDepth, DeepestDepth);
    }

    /// <summary>Checks a text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="maxDepth">Levels of objects and arrays that it may have.</param>
    /// <param name="isLines">Whether it holds values with white space between them, rather than one.</param>
    /// <returns>True when it has no fault; false when it has one, or has to be read to know.</returns>
    public static bool IsPlain(ReadOnlySpan<byte> json, int maxDepth, bool isLines) => new JsonChecker(json, maxDepth).Check(isLines);

    private bool IsInArray => (_arrays & 1) != 0;

    private bool Check(bool isLines)
    {
        while (TryPassValue(out var isOpened))
        {
            if (isOpened)
            {
                if (!TryPassName())
                {
                    return false;
                }

                continue;
            }

            while (_depth > 0 && IsNext(IsInArray ? (byte)']' : (byte)'}'))
            {
                _arrays >>= 1;
                _depth--;
            }

            if (_depth > 0)
            {
                if (!IsNext((byte)',') || !TryPassName())
                {
                    return false;
                }

                continue;
            }

            var end = _at;
            _at = JsonScan.SkipSpace(_json, _at);
            if (_at == _json.Length)
            {
                return true;
            }

            if (!isLines || _at == end)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Passes a value, or the beginning of one that has others in it.</summary>
    /// <param name="isOpened">Whether the first of these is next.</param>
    private bool TryPassValue(out bool isOpened)
    {
        isOpened = false;
        _at = JsonScan.SkipSpace(_json, _at);
        if (_at == _json.Length)
        {
            return false;
        }

        switch (_json[_at])
        {
            case (byte)'{':
                return TryOpen((byte)'}', 0, out isOpened);
            case (byte)'[':
                return TryOpen((byte)']', 1, out isOpened);
            case (byte)'"':
                return TryPassText();
            case (byte)'t':
                return TryPass("true"u8);
            case (byte)'f':
                return TryPass("false"u8);
            case (byte)'n':
                return TryPass("null"u8);
            default:
                return TryPassNumber();
        }
    }

    private bool TryOpen(byte end, ulong array, out bool isOpened)
    {
        _at++;
        isOpened = !IsNext(end);
        if (_depth == _maxDepth)
        {
            return false;
        }

        if (isOpened)
        {
            _depth++;
            _arrays = (_arrays << 1) | array;
        }

        return true;
    }

    /// <summary>Passes the name of a member; in an array there is none.</summary>
    private bool TryPassName()
    {
        if (IsInArray)
        {
            return true;
        }

        _at = JsonScan.SkipSpace(_json, _at);
        return _at < _json.Length && _json[_at] == '"' && TryPassText() && IsNext((byte)':');
    }

    /// <summary>Passes a text from quote to quote.</summary>
    private bool TryPassText()
    {
        _at++;
        while ((_at = JsonScan.EndOfPlainText(_json, _at)) < _json.Length)
        {
            if (_json[_at] == '"')
            {
                _at++;
                return true;
            }

            if (!TryPassEscape())
            {
                return false;
            }
        }

        return false;
    }

    private bool TryPassEscape()
    {
        const int LengthOfUnicode = 6;
        const int LastBeforeSurrogates = 0xD7FF;
        var escape = _json[_at..];
        if (escape.Length < LengthOfUnicode || escape[0] != '\\')
        {
            return false;
        }

        if (escape[1] is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t')
        {
            _at += 2;
            return true;
        }

        _at += LengthOfUnicode;
        return escape[1] == 'u' && TryReadHex(escape[2..LengthOfUnicode], out var unit) && unit <= LastBeforeSurrogates;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            value = (value << 4) | ((digit & 0xF) + (digit >> 6) * 9);
        }

        return true;
    }

    private bool TryPassNumber()
    {
        if (_json[_at] == '-')
        {
            _at++;
        }

        if (_at < _json.Length && _json[_at] == '0')
        {
            _at++;
        }
        else if (!TryPassDigits())
        {
            return false;
        }

        if (_at < _json.Length && _json[_at] == '.')
        {
            _at++;
            if (!TryPassDigits())
            {
                return false;
            }
        }

        if (_at < _json.Length && _json[_at] is (byte)'e' or (byte)'E')
        {
            _at++;
            if (_at < _json.Length && _json[_at] is (byte)'+' or (byte)'-')
            {
                _at++;
            }

            return TryPassDigits();
        }

        return true;
    }

    private bool TryPassDigits()
    {
        var start = _at;
        while (_at < _json.Length && char.IsAsciiDigit((char)_json[_at]))
        {
            _at++;
        }

        return _at > start;
    }

    private bool TryPass(ReadOnlySpan<byte> literal)
    {
        var isThere = _json[_at..].StartsWith(literal);
        _at += literal.Length;
        return isThere;
    }

    /// <summary>Passes a byte if it is next.</summary>
    private bool IsNext(byte expected)
    {
        _at = JsonScan.SkipSpace(_json, _at);
        if (_at == _json.Length || _json[_at] != expected)
        {
            return false;
        }

        _at++;
        return true;
    }
}
