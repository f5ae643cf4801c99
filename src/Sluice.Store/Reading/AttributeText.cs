using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Telemetry;

namespace Sluice.Store.Reading;

/// <summary>Decides whether an attribute equals the text of an <see cref="AttributeFilter"/>: on wire bytes for resources, on JSON for records.</summary>
internal static class AttributeText
{
    /// <summary>Compares a value of a resource.</summary>
    public static bool Equals(AnyValue value, string text) => value.Kind switch
    {
        AnyValueKind.String => Encoding.UTF8.GetString(value.Bytes) == text,
        AnyValueKind.Bool => text == (value.Bool ? "true" : "false"),
        AnyValueKind.Int => text == value.Int.ToString(CultureInfo.InvariantCulture),
        AnyValueKind.Double => EqualsDouble(value.Double.ToString("R", CultureInfo.InvariantCulture), text),
        AnyValueKind.Bytes => text == Convert.ToBase64String(value.Bytes),
        _ => false,
    };

    /// <summary>Finds an attribute among those of a record's JSON.</summary>
    public static bool Matches(ReadOnlySpan<byte> record, string key, string text)
    {
        var json = new Utf8JsonReader(record);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("attributes"u8))
            {
                json.Skip();
                continue;
            }

            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals(key))
                {
                    json.Read();
                    return EqualsValue(ref json, text);
                }

                json.Skip();
            }

            return false;
        }

        return false;
    }

    private static bool EqualsValue(ref Utf8JsonReader json, string text) => json.TokenType switch
    {
        JsonTokenType.String => json.ValueTextEquals(text),
        JsonTokenType.True => text == "true",
        JsonTokenType.False => text == "false",
        JsonTokenType.Number => EqualsDouble(Encoding.ASCII.GetString(json.ValueSpan), text),
        _ => false,
    };

    /// <summary>Integers have no fraction and are equal by their text alone.</summary>
    private static bool EqualsDouble(string value, string text) =>
        value == text || value == text + ".0" || value + ".0" == text;
}
