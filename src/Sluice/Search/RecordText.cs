using System.Text;
using System.Text.Json;

namespace Sluice.Search;

/// <summary>One envelope as a line for people: time, severity, service, event name, body, attributes, trace.</summary>
internal static class RecordText
{
    /// <summary>Formats a log record or event.</summary>
    public static string Format(JsonElement record)
    {
        var line = new StringBuilder();
        Append(line, Text(record, "time") ?? Text(record, "observed_time") ?? "-");
        Append(line, (Text(record, "severity") ?? "-").PadRight(5));
        Append(line, Text(record, "service") ?? "-");
        if (Text(record, "name") is { } name)
        {
            Append(line, $"[{name}]");
        }

        if (record.TryGetProperty("body", out var body))
        {
            Append(line, body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText());
        }

        if (record.TryGetProperty("attributes", out var attributes))
        {
            foreach (var attribute in attributes.EnumerateObject())
            {
                Append(line, $"{attribute.Name}={(attribute.Value.ValueKind == JsonValueKind.String ? attribute.Value.GetString() : attribute.Value.GetRawText())}");
            }
        }

        if (Text(record, "trace_id") is { } trace)
        {
            Append(line, $"trace={trace}");
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, string part) => (line.Length > 0 ? line.Append(' ') : line).AppendPlain(part);

    private static string? Text(JsonElement record, string member) =>
        record.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
