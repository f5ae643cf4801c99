using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Sluice.Buffers;
using Sluice.Telemetry.Encoders;

namespace Sluice.Telemetry.Editing;

/// <summary>
/// Values as text, the way the Collector prints them: texts as they are, numbers without needless digits, bytes as base64, arrays and
/// key-value lists as JSON, an empty value as nothing.
/// </summary>
public static class AnyValueText
{
    /// <summary>Below this and from <see cref="LargestFixed"/> on, doubles are written with an exponent.</summary>
    private const double SmallestFixed = 1e-6;
    private const double LargestFixed = 1e21;

    /// <summary>Digits of the largest double written without an exponent, with sign, and zeros after the point.</summary>
    private const int MaxNumberLength = 40;

    /// <summary>Appends the text; the value must not lie in <paramref name="output"/>.</summary>
    public static void Write(AnyValue value, PooledBufferWriter output)
    {
        switch (value.Kind)
        {
            case AnyValueKind.String:
                output.Write(value.Bytes);
                break;
            case AnyValueKind.Bool:
                output.Write(value.Bool ? "true"u8 : "false"u8);
                break;
            case AnyValueKind.Int:
                Utf8Formatter.TryFormat(value.Int, output.GetSpan(MaxNumberLength), out var written);
                output.Advance(written);
                break;
            case AnyValueKind.Double:
                WriteDouble(value.Double, output);
                break;
            case AnyValueKind.Bytes:
                Base64.EncodeToUtf8(value.Bytes, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(value.Bytes.Length)), out _, out var encoded);
                output.Advance(encoded);
                break;
            case AnyValueKind.Array or AnyValueKind.KeyValueList:
                var json = new JsonOutput(output);
                new ValueJson().WriteValue(ref json, value);
                json.Flush();
                break;
            default:
                break;
        }
    }

    /// <summary>The shortest digits that read back as the same number, laid out as ECMAScript and Go's JSON do.</summary>
    private static void WriteDouble(double value, PooledBufferWriter output)
    {
        if (!double.IsFinite(value))
        {
            output.Write(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
            return;
        }

        // The base library goes over to an exponent much earlier, so its digits are laid out again.
        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        text = text[..length];
        var exponentAt = text.IndexOf((byte)'E');
        if (exponentAt < 0)
        {
            output.Write(text);
            return;
        }

        var exponent = int.Parse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (text[0] == '-')
        {
            output.WriteByte((byte)'-');
            text = text[1..];
            exponentAt--;
        }

        var mantissa = text[..exponentAt];
        if (Math.Abs(value) is < SmallestFixed or >= LargestFixed)
        {
            output.Write(mantissa);
            output.Write(exponent < 0 ? "e-"u8 : "e+"u8);
            Utf8Formatter.TryFormat(Math.Abs(exponent), output.GetSpan(MaxNumberLength), out var written);
            output.Advance(written);
            return;
        }

        WriteFixed(mantissa, exponent, output);
    }

    /// <summary>Writes <c>d.ddd</c> times a power of ten without an exponent.</summary>
    private static void WriteFixed(ReadOnlySpan<byte> mantissa, int exponent, PooledBufferWriter output)
    {
        if (exponent < 0)
        {
            output.Write("0."u8);
            WriteZeros(-exponent - 1, output);
            output.Write(mantissa[..1]);
            output.Write(mantissa.Length > 2 ? mantissa[2..] : default);
            return;
        }

        var fraction = mantissa.Length > 2 ? mantissa[2..] : default;
        output.Write(mantissa[..1]);
        if (fraction.Length <= exponent)
        {
            output.Write(fraction);
            WriteZeros(exponent - fraction.Length, output);
            return;
        }

        output.Write(fraction[..exponent]);
        output.WriteByte((byte)'.');
        output.Write(fraction[exponent..]);
    }

    private static void WriteZeros(int count, PooledBufferWriter output)
    {
        output.GetSpan(count + 1)[..count].Fill((byte)'0');
        output.Advance(count);
    }
}
