namespace Sluice.Components.Receivers.WebhookReceiver.Http;

/// <summary>Reads media types.</summary>
internal static class BodyTypes
{
    /// <summary>What a <c>Content-Type</c> names, its parameters ignored: JSON is UTF-8 whatever they say (RFC 8259, 8.1).</summary>
    public static BodyType Parse(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        if (Is(type, "application/json") || (type.Contains('/') && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
        {
            return BodyType.Json;
        }

        if (Is(type, "application/x-ndjson") || Is(type, "application/jsonl") || Is(type, "application/json-lines") || Is(type, "application/jsonlines"))
        {
            return BodyType.JsonLines;
        }

        return Is(type, "application/x-www-form-urlencoded") ? BodyType.Form : BodyType.Unsupported;
    }

    private static bool Is(ReadOnlySpan<char> type, string name) => type.Equals(name, StringComparison.OrdinalIgnoreCase);
}
