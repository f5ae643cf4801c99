using System.Text;

namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>A signed request.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Scheme">The scheme of its endpoint.</param>
/// <param name="Secret">The secret of its endpoint, as YAML writes it between single quotes.</param>
/// <param name="Seconds">When it was signed, in seconds since 1970.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Body">Its body.</param>
/// <param name="Headers">Its headers; the last is the one that proves who sends.</param>
internal sealed record WebhookVector(
    string Name, string Scheme, string Secret, long Seconds, string ContentType, string Body, params (string Name, string Value)[] Headers)
{
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(Seconds);

    public byte[] Bytes => Encoding.UTF8.GetBytes(Body);

    public string Endpoint => $"  hook: {{path: /hook, scheme: {Scheme}, secrets: ['{Secret}']}}";

    /// <summary>Whether the signature covers the body, rather than being a token.</summary>
    public bool SignsBody => Headers[^1].Name is not ("Authorization" or "X-Gitlab-Token");

    /// <summary>Whether the time is signed.</summary>
    public bool SignsTime => Headers.Any(header => header.Name.Contains("timestamp", StringComparison.OrdinalIgnoreCase) || header.Value.StartsWith("t=", StringComparison.Ordinal));

    public Task<WebhookReply> SendAsync(WebhookUnderTest test) => test.PostAsync("/hook", Bytes, ContentType, Headers);

    public WebhookVector With(string header, string value) =>
        this with { Headers = [.. Headers.Select(pair => pair.Name == header ? (header, value) : pair)] };
}
