using System.Text;
using System.Text.Json;
using Sluice.Components.Exporters.Otlp;

namespace Sluice.Components.Exporters.HttpExporter;

/// <summary>What a server says of a request that it did not take.</summary>
internal static class AnswerText
{
    /// <summary>Members in which servers say what is wrong, RFC 9457 first.</summary>
    private static readonly string[] Members = ["detail", "message", "error", "reason", "title"];

    /// <summary>Its words, fit for one line of a log; empty when there are none worth repeating.</summary>
    /// <param name="mediaType">What the body is said to be.</param>
    /// <param name="body">The body, or its beginning.</param>
    public static string Read(string? mediaType, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty || mediaType is null)
        {
            return "";
        }

        if (mediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
        {
            return ExportAnswer.Shorten(Encoding.UTF8.GetString(body.Span));
        }

        return ExportAnswer.IsJson(mediaType) || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            ? ExportAnswer.Shorten(ReadJson(body))
            : "";
    }

    private static string ReadJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return "";
            }

            foreach (var name in Members)
            {
                if (document.RootElement.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String)
                {
                    return member.GetString()!;
                }
            }
        }
        catch (JsonException)
        {
            // Cut off, or no JSON after all: the status says enough.
        }

        return "";
    }
}
