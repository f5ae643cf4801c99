using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.Prometheus.Names;

/// <summary>Values of attributes as values of labels: text as it is, everything else as the specification's string representation, which is JSON.</summary>
internal static class AttributeText
{
    /// <summary>More than any number takes.</summary>
    private const int NumberSpace = 32;

    /// <summary>Characters of a list of attributes.</summary>
    private const int MaxList = 200;

    /// <summary>The text of a value; empty for an empty one.</summary>
    public static string Of(AnyValue value)
    {
        switch (value.Kind)
        {
            case AnyValueKind.String:
                return Encoding.UTF8.GetString(value.Bytes);
            case AnyValueKind.Bytes:
                return Convert.ToBase64String(value.Bytes);
            case AnyValueKind.Bool:
                return value.Bool ? "true" : "false";
            case AnyValueKind.Int:
                return value.Int.ToString(CultureInfo.InvariantCulture);
            case AnyValueKind.Double:
                return Number(value.Double);
            case AnyValueKind.Array or AnyValueKind.KeyValueList:
                var output = new ArrayBufferWriter<byte>();
                using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
                {
                    Write(json, value);
                }

                return Encoding.UTF8.GetString(output.WrittenSpan);
            default:
                return "";
        }
    }

    /// <summary>Attributes for people, cut off where they are long.</summary>
    public static string List(IEnumerable<(string Key, string Value)> attributes)
    {
        var text = string.Join(", ", attributes.Select(attribute => $"{attribute.Key}=\"{attribute.Value}\""));
        return text.Length == 0 ? "none" : text.Length <= MaxList ? text : $"{text.AsSpan(0, MaxList)}…";
    }

    /// <summary>Appends the text of a value as the text formats write the values of labels: with backslash, quote and line feed behind a backslash.</summary>
    /// <remarks>Allocates for arrays and maps only.</remarks>
    public static void AppendEscaped(ByteScratch output, AnyValue value)
    {
        switch (value.Kind)
        {
            case AnyValueKind.String:
                AppendEscaped(output, value.Bytes);
                break;
            case AnyValueKind.Bytes:
                Base64.EncodeToUtf8(value.Bytes, output.Reserve(Base64.GetMaxEncodedToUtf8Length(value.Bytes.Length)), out _, out var encoded);
                output.Advance(encoded);
                break;
            case AnyValueKind.Bool:
                output.Append(value.Bool ? "true"u8 : "false"u8);
                break;
            case AnyValueKind.Int:
                Utf8Formatter.TryFormat(value.Int, output.Reserve(NumberSpace), out var digits);
                output.Advance(digits);
                break;
            case AnyValueKind.Double:
                output.Advance(ExpositionWriter.FormatNumber(value.Double, output.Reserve(NumberSpace)));
                break;
            case AnyValueKind.Array or AnyValueKind.KeyValueList:
                AppendEscaped(output, Encoding.UTF8.GetBytes(Of(value)));
                break;
        }
    }

    /// <summary>Appends UTF-8 text with what the text formats want escaped behind a backslash.</summary>
    public static void AppendEscaped(ByteScratch output, ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny("\\\n\""u8) is >= 0 and var at)
        {
            output.Append(text[..at]);
            output.Append((byte)'\\');
            output.Append(text[at] == '\n' ? (byte)'n' : text[at]);
            text = text[(at + 1)..];
        }

        output.Append(text);
    }

    private static void Write(Utf8JsonWriter json, AnyValue value)
    {
        switch (value.Kind)
        {
            case AnyValueKind.Array:
                json.WriteStartArray();
                foreach (var item in new RepeatedField(value.Bytes, 1))
                {
                    Write(json, AnyValue.Read(item));
                }

                json.WriteEndArray();
                break;
            case AnyValueKind.KeyValueList:
                json.WriteStartObject();
                foreach (var member in new AttributeEnumerator(value.Bytes, 1))
                {
                    json.WritePropertyName(member.Key);
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case AnyValueKind.Bool:
                json.WriteBooleanValue(value.Bool);
                break;
            case AnyValueKind.Int:
                json.WriteNumberValue(value.Int);
                break;
            case AnyValueKind.Double when double.IsFinite(value.Double):
                json.WriteNumberValue(value.Double);
                break;
            case AnyValueKind.Empty:
                json.WriteNullValue();
                break;
            default:
                json.WriteStringValue(Of(value));
                break;
        }
    }

    private static string Number(double value)
    {
        Span<byte> text = stackalloc byte[NumberSpace];
        return Encoding.UTF8.GetString(text[..ExpositionWriter.FormatNumber(value, text)]);
    }
}
