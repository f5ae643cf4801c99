using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>The scalar values.</summary>
internal ref partial struct OtlpJsonTranscoder
{
    private static readonly SearchValues<byte> NumberCharacters = SearchValues.Create("0123456789+-.eE"u8);

    private bool TryReadText(OtlpField field, bool keepDefault)
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            return Expected("a string");
        }

        var text = _json.ValueSpan;
        if (text.IsEmpty && !keepDefault)
        {
            return true;
        }

        var proto = new ProtoWriter(_output);
        if (!_json.ValueIsEscaped)
        {
            if (!Utf8.IsValid(text))
            {
                return Fail("text that is not UTF-8", _json.TokenStartIndex);
            }

            proto.Bytes(field.Number, text);
            return true;
        }

        var mark = proto.BeginMessage(field.Number);
        if (!TryUnescape(_output.GetSpan(text.Length), out var length))
        {
            return Fail("text that is not Unicode: an escape is half of a surrogate pair, or a byte is not UTF-8", _json.TokenStartIndex);
        }

        _output.Advance(length);
        proto.EndMessage(mark);
        return true;
    }

    /// <summary>
    /// Takes an id of any number of bytes: whether it is the right one is for the indexer to say, which refuses one record where this could
    /// only refuse all of them.
    /// </summary>
    private bool TryReadId(OtlpField field, int size)
    {
        if (_json.TokenType != JsonTokenType.String || !TryGetText(out var text))
        {
            return Expected($"{size * 2} hexadecimal digits");
        }

        // Empty is how absent is written by those who write every field.
        if (text.IsEmpty)
        {
            return true;
        }

        var length = text.Length / 2;
        new ProtoWriter(_output).BytesHeader(field.Number, length);
        if (Convert.FromHexString(text, _output.GetSpan(length), out _, out _) != OperationStatus.Done)
        {
            return Expected($"{size * 2} hexadecimal digits");
        }

        _output.Advance(length);
        return true;
    }

    private bool TryReadBase64(OtlpField field, bool keepDefault)
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            return Expected("a base64 string");
        }

        var proto = new ProtoWriter(_output);
        var start = _output.Length;
        var mark = proto.BeginMessage(field.Number);
        if (!TryGetText(out var text))
        {
            return Expected("a base64 string");
        }

        var space = _output.GetSpan(text.Length + 3);
        text.CopyTo(space);
        if (!TryDecodeBase64(space, text.Length, out var decoded))
        {
            return Expected("a base64 string");
        }

        if (decoded == 0 && !keepDefault)
        {
            _output.Truncate(start);
            return true;
        }

        _output.Advance(decoded);
        proto.EndMessage(mark);
        return true;
    }

    /// <summary>Decodes in place: either alphabet, with or without padding, no white space. There is room for three more characters.</summary>
    private static bool TryDecodeBase64(Span<byte> space, int length, out int decoded)
    {
        // Padding is taken off here and put back below, so that there is one form to decode.
        if (length > 0 && length % 4 == 0 && space[length - 1] == '=')
        {
            length -= space[length - 2] == '=' ? 2 : 1;
        }

        decoded = 0;
        var text = space[..length];
        text.Replace((byte)'-', (byte)'+');
        text.Replace((byte)'_', (byte)'/');
        if (text.IndexOfAny("= \t\r\n"u8) >= 0 || length % 4 == 1)
        {
            return false;
        }

        while (length % 4 != 0)
        {
            space[length++] = (byte)'=';
        }

        return Base64.DecodeFromUtf8InPlace(space[..length], out decoded) == OperationStatus.Done;
    }

    /// <summary>Reads a number, Boolean or enumeration as the bits that protobuf writes.</summary>
    private bool TryReadNumber(OtlpField field, out ulong bits)
    {
        bits = 0;
        switch (field.Kind)
        {
            case OtlpFieldKind.Bool:
                bits = _json.TokenType == JsonTokenType.True ? 1UL : 0UL;
                return _json.TokenType is JsonTokenType.True or JsonTokenType.False || Expected("true or false");
            case OtlpFieldKind.Double:
                return TryReadDouble(out bits);
            case OtlpFieldKind.Enum:
                return TryReadEnum(field.Enum!, out bits);
            case OtlpFieldKind.UInt64:
            case OtlpFieldKind.Fixed64:
                return TryReadUnsigned(out bits) || Expected("an unsigned 64-bit integer");
            case OtlpFieldKind.UInt32:
            case OtlpFieldKind.Fixed32:
                return (TryReadUnsigned(out bits) && bits <= uint.MaxValue) || Expected("an unsigned 32-bit integer");
            case OtlpFieldKind.SInt32:
                var isSmall = TryReadSigned(out var small) && small is >= int.MinValue and <= int.MaxValue;
                bits = ZigZag.Encode32((int)small);
                return isSmall || Expected("a signed 32-bit integer");
            default:
                var isInteger = TryReadSigned(out var integer);
                bits = (ulong)integer;
                return isInteger || Expected("a signed 64-bit integer");
        }
    }

    private bool TryReadEnum(OtlpEnum values, out ulong bits)
    {
        bits = 0;
        if (_json.TokenType == JsonTokenType.Number)
        {
            if (TryReadSigned(out var number) && number is >= int.MinValue and <= int.MaxValue)
            {
                bits = (ulong)number;
                return true;
            }
        }
        else if (_json.TokenType == JsonTokenType.String)
        {
            if (TryGetText(out var text) && values.TryFind(text, out var number))
            {
                bits = (ulong)number;
                return true;
            }
        }

        return Expected($"a {values.Name}, as a number or a name");
    }

    private bool TryReadUnsigned(out ulong value)
    {
        value = 0;
        if (!TryGetNumber(out var text))
        {
            return false;
        }

        if (Utf8Parser.TryParse(text, out value, out var read) && read == text.Length)
        {
            return true;
        }

        var isWhole = TryReadWhole(text, out var whole) && whole is >= 0 and <= ulong.MaxValue;
        value = isWhole ? (ulong)whole : 0;
        return isWhole;
    }

    private bool TryReadSigned(out long value)
    {
        value = 0;
        if (!TryGetNumber(out var text))
        {
            return false;
        }

        if (Utf8Parser.TryParse(text, out value, out var read) && read == text.Length)
        {
            return true;
        }

        var isWhole = TryReadWhole(text, out var whole) && whole is >= long.MinValue and <= long.MaxValue;
        value = isWhole ? (long)whole : 0;
        return isWhole;
    }

    /// <summary>ProtoJSON allows whole numbers with a fraction of zeros or an exponent: <c>1.0</c>, <c>1e3</c>.</summary>
    private static bool TryReadWhole(ReadOnlySpan<byte> text, out decimal value) =>
        decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
        && decimal.IsInteger(value);

    private bool TryReadDouble(out ulong bits)
    {
        bits = 0;
        if (!TryGetNumber(out var text))
        {
            return Expected("a double");
        }

        double value;
        if (text.SequenceEqual("NaN"u8))
        {
            value = double.NaN;
        }
        else if (text.SequenceEqual("Infinity"u8))
        {
            value = double.PositiveInfinity;
        }
        else if (text.SequenceEqual("-Infinity"u8))
        {
            value = double.NegativeInfinity;
        }
        else if (text.IndexOfAnyExcept(NumberCharacters) >= 0
            || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            || !double.IsFinite(value))
        {
            return Expected("a double");
        }

        bits = BitConverter.DoubleToUInt64Bits(value);
        return true;
    }

    /// <summary>The text of a number or a string; false when the token is neither, or empty.</summary>
    private readonly bool TryGetNumber(out ReadOnlySpan<byte> text)
    {
        text = default;
        return _json.TokenType is JsonTokenType.Number or JsonTokenType.String && TryGetText(out text) && !text.IsEmpty;
    }

    /// <summary>The token's text, unescaped; false when it is not Unicode. Nobody escapes names, ids and numbers, but JSON allows it.</summary>
    private readonly bool TryGetText(out ReadOnlySpan<byte> text)
    {
        if (!_json.ValueIsEscaped)
        {
            text = _json.ValueSpan;
            return true;
        }

        var unescaped = new byte[_json.ValueSpan.Length];
        var isText = TryUnescape(unescaped, out var length);
        text = unescaped.AsSpan(0, length);
        return isText;
    }

    private readonly bool TryUnescape(Span<byte> space, out int length)
    {
        try
        {
            length = _json.CopyString(space);
            return true;
        }
        catch (InvalidOperationException)
        {
            // How the reader reports half of a surrogate pair, or bytes that are not UTF-8.
            length = 0;
            return false;
        }
    }
}
