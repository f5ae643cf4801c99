using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sluice.Components.Receivers.HttpEvents;

namespace Sluice.Components.Receivers.CloudEventsReceiver;

/// <summary>
/// Answers systems that ask whether they may send (HTTP 1.1 Web Hooks for Event Delivery 1.0.2, section 4). Permission is given in the answer,
/// never by calling back an address that a stranger chose.
/// </summary>
internal sealed class WebHookHandshake(IReadOnlyList<string> allowedOrigins, int maxRequestsPerSecond)
{
    /// <summary>The methods that are taken.</summary>
    public const string Allow = "POST, OPTIONS";

    private const string OriginHeader = "WebHook-Request-Origin";
    private const string RateHeader = "WebHook-Request-Rate";
    private const int SecondsPerMinute = 60;
    private const int LongestName = 253;

    private readonly string _rate = maxRequestsPerSecond > 0
        ? ((long)maxRequestsPerSecond * SecondsPerMinute).ToString(CultureInfo.InvariantCulture)
        : "*";

    /// <summary>Whether a text names a system, or several with a star for their first labels.</summary>
    public static bool IsPattern(string text) => text == "*" || IsName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text);

    /// <summary>Answers a request with the method OPTIONS that is not one of a browser.</summary>
    public EventAnswer Answer(HttpContext http)
    {
        string? origin = http.Request.Headers[OriginHeader];
        if (string.IsNullOrEmpty(origin))
        {
            return EventAnswer.MethodNotAllowed;
        }

        if (!IsName(origin))
        {
            return EventAnswer.BadData($"header {OriginHeader}: it is not the DNS name of a system, such as events.example.com");
        }

        string? rate = http.Request.Headers[RateHeader];
        if (rate is not null && (!long.TryParse(rate, NumberStyles.None, CultureInfo.InvariantCulture, out var requests) || requests < 1))
        {
            return EventAnswer.BadData($"header {RateHeader}: it is not a number of requests per minute, which is whole and above 0");
        }

        // Without the headers it is a refusal, whatever the status.
        if (!allowedOrigins.Any(pattern => Matches(pattern, origin)))
        {
            return EventAnswer.MethodNotAllowed;
        }

        var response = http.Response.Headers;
        response.Allow = Allow;
        response["WebHook-Allowed-Origin"] = origin;
        response["WebHook-Allowed-Rate"] = _rate;
        return new EventAnswer(EventOutcome.Handshake, "", "");
    }

    private static bool Matches(string pattern, string origin) =>
        pattern == "*"
        || (pattern.StartsWith("*.", StringComparison.Ordinal)
            ? origin.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) && origin.Length >= pattern.Length
            : origin.Equals(pattern, StringComparison.OrdinalIgnoreCase));

    private static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && text.Split('.').All(label =>
            label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'));
}
