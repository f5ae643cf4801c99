using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Components.Receivers.WebhookReceiver.Http;

/// <summary>Forms (URL Standard, <c>application/x-www-form-urlencoded</c>) as JSON.</summary>
internal static class FormBody
{
    private const string Payload = "payload";

    /// <summary>Writes the JSON in the field <c>payload</c>, where senders put it; without one, an object of all fields.</summary>
    public static void WriteJson(ReadOnlySpan<byte> form, IBufferWriter<byte> output)
    {
        var fields = new List<(string Name, string Value)>();
        foreach (var part in Encoding.UTF8.GetString(form).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            fields.Add(equals < 0 ? (Decode(part), "") : (Decode(part[..equals]), Decode(part[(equals + 1)..])));
        }

        var payload = fields.Find(field => field.Name == Payload).Value;
        if (payload is not null)
        {
            output.Write(Encoding.UTF8.GetBytes(payload));
            return;
        }

        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
