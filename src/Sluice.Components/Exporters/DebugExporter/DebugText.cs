using System.Globalization;
using System.Text;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>
/// The text under construction. What comes from outside is printed with control characters escaped, so that no record can move the
/// cursor of a terminal or fake a line.
/// </summary>
internal sealed class DebugText
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends text of our own.</summary>
    public DebugText Add(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>Appends a number.</summary>
    public DebugText Add(long value)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{value}");
        return this;
    }

    /// <summary>Appends a number.</summary>
    public DebugText Add(ulong value)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{value}");
        return this;
    }

    /// <summary>Appends a number that reads back to the same bits.</summary>
    public DebugText Add(double value)
    {
        _text.Append(value.ToString("R", CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>Appends UTF-8 text from outside, escaped.</summary>
    public DebugText AddText(ReadOnlySpan<byte> utf8)
    {
        foreach (var c in Encoding.UTF8.GetString(utf8))
        {
            switch (c)
            {
                case '\n':
                    _text.Append("\\n");
                    break;
                case '\r':
                    _text.Append("\\r");
                    break;
                case '\t':
                    _text.Append("\\t");
                    break;
                case < ' ' or (>= '\u007F' and <= '\u009F') or '\u2028' or '\u2029':
                    _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    _text.Append(c);
                    break;
            }
        }

        return this;
    }

    /// <summary>Appends bytes as lower-case hexadecimal.</summary>
    public DebugText AddHex(ReadOnlySpan<byte> bytes)
    {
        _text.Append(Convert.ToHexStringLower(bytes));
        return this;
    }

    /// <summary>Appends a time as RFC 3339 with nanoseconds; <c>absent</c> for 0.</summary>
    public DebugText AddTime(ulong unixNano)
    {
        if (unixNano == 0)
        {
            return Add("absent");
        }

        var seconds = DateTimeOffset.FromUnixTimeSeconds((long)(unixNano / 1_000_000_000));
        _text.Append(CultureInfo.InvariantCulture, $"{seconds:yyyy-MM-dd'T'HH:mm:ss}.{unixNano % 1_000_000_000:D9}Z");
        return this;
    }

    /// <summary>Appends a value with its kind, such as <c>Int(3)</c>.</summary>
    public DebugText AddValue(AnyValue value) => value.Kind switch
    {
        AnyValueKind.String => Add("Str(").AddText(value.Bytes).Add(")"),
        AnyValueKind.Bool => Add(value.Bool ? "Bool(true)" : "Bool(false)"),
        AnyValueKind.Int => Add("Int(").Add(value.Int).Add(")"),
        AnyValueKind.Double => Add("Double(").Add(value.Double).Add(")"),
        AnyValueKind.Bytes => Add("Bytes(").AddHex(value.Bytes).Add(")"),
        AnyValueKind.Array => AddArray(value),
        AnyValueKind.KeyValueList => AddMap(value),
        _ => Add("Empty()"),
    };

    /// <summary>Appends a value without its kind where it is a plain one, as in <c>key=value</c>.</summary>
    public DebugText AddPlain(AnyValue value) => value.Kind switch
    {
        AnyValueKind.String => AddText(value.Bytes),
        AnyValueKind.Bool => Add(value.Bool ? "true" : "false"),
        AnyValueKind.Int => Add(value.Int),
        AnyValueKind.Double => Add(value.Double),
        _ => AddValue(value),
    };

    /// <summary>Appends a line.</summary>
    public DebugText Line(string text = "") => Add(text).Add("\n");

    /// <summary>The text.</summary>
    public override string ToString() => _text.ToString();

    private DebugText AddArray(AnyValue value)
    {
        Add("Array[");
        var separator = "";
        foreach (var element in new RepeatedField(value.Bytes, RepeatedValues))
        {
            Add(separator).AddValue(AnyValue.Read(element));
            separator = ", ";
        }

        return Add("]");
    }

    private DebugText AddMap(AnyValue value)
    {
        Add("Map{");
        var separator = "";
        foreach (var member in new AttributeEnumerator(value.Bytes, RepeatedValues))
        {
            Add(separator).AddText(member.Key).Add(": ").AddValue(member.Value);
            separator = ", ";
        }

        return Add("}");
    }

    /// <summary><c>ArrayValue</c> and <c>KeyValueList</c> hold their elements in field 1.</summary>
    private const int RepeatedValues = 1;
}
