using System.Text.Json;
using Sluice.Components.Receivers.WebhookReceiver.Mapping;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>The question whether an address belongs to one who wants events (Slack, <c>url_verification</c>): the challenge is sent back.</summary>
internal static class Challenge
{
    private static readonly JsonPaths Paths = new();
    private static readonly int Type = Paths.Add("type");
    private static readonly int Text = Paths.Add("challenge");

    /// <summary>The challenge in a body without faults; null when it is another event.</summary>
    public static string? Find(ReadOnlySpan<byte> body)
    {
        Span<JsonRange> found = stackalloc JsonRange[2];
        Paths.Find(body, found);
        return TextAt(body, found[Type]) is "url_verification" ? TextAt(body, found[Text]) : null;
    }

    private static string? TextAt(ReadOnlySpan<byte> body, JsonRange range)
    {
        if (!range.Exists)
        {
            return null;
        }

        var reader = new Utf8JsonReader(range.In(body));
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }
}
