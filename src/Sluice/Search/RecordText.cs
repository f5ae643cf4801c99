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

    /// <summary>Appends a part on the same line: what a sender wrote must not look like records of its own, nor steer the terminal.</summary>
    private static void Append(StringBuilder line, string part)
    {
        if (line.Length > 0)
        {
            line.Append(' ');
        }

        foreach (var character in part)
        {
            switch (character)
            {
                case '\n':
                    line.Append("\\n");
                    break;
                case '\r':
                    line.Append("\\r");
                    break;
                case '\t':
                    line.Append("\\t");
                    break;
                default:
                    line.Append(char.IsControl(character) ? '\uFFFD' : character);
                    break;
            }
        }
    }

    private static string? Text(JsonElement record, string member) =>
        record.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
