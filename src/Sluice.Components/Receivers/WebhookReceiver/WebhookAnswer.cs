using Microsoft.AspNetCore.Http;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>The answer to a request.</summary>
/// <param name="Outcome">What it is.</param>
/// <param name="Reason">The bounded code of a refusal that metrics and events show; empty for what is no refusal.</param>
/// <param name="Message">For the sender: what, where and what would be right; the challenge of a handshake. Empty when accepted.</param>
/// <param name="RetryAfter">When to repeat it, where that is worth it.</param>
internal readonly record struct WebhookAnswer(WebhookOutcome Outcome, string Reason, string Message, TimeSpan RetryAfter = default)
{
    /// <summary>Its records are durable.</summary>
    public static WebhookAnswer Accepted { get; } = new(WebhookOutcome.Accepted, "", "");

    /// <summary>It was taken before.</summary>
    public static WebhookAnswer Repeated { get; } = new(WebhookOutcome.Repeated, "", "");

    /// <summary>Nothing is at its path.</summary>
    public static WebhookAnswer NotFound { get; } = new(WebhookOutcome.NotFound, "not_found", "nothing is here");

    /// <summary>It was not posted.</summary>
    public static WebhookAnswer MethodNotAllowed { get; } = new(WebhookOutcome.MethodNotAllowed, "method", "webhooks are sent with POST");

    /// <summary>The intake budget is used up.</summary>
    public static WebhookAnswer OverBudget { get; } = new(WebhookOutcome.Busy, "memory", "the memory for requests in flight is in use; send again later");

    /// <summary>More come than may.</summary>
    public static WebhookAnswer Throttled { get; } = new(WebhookOutcome.Busy, "rate_limit", "too many requests; send again later");

    /// <summary>The receiver stops.</summary>
    public static WebhookAnswer ShuttingDown { get; } = new(WebhookOutcome.Unavailable, "shutting_down", "shutting down; send again later");

    /// <summary>The time limit passed.</summary>
    public static WebhookAnswer TimedOut { get; } = new(WebhookOutcome.TimedOut, "timeout", "the request did not arrive within its time limit");

    /// <summary>The sender went away; nobody reads the answer.</summary>
    public static WebhookAnswer Aborted { get; } = new(WebhookOutcome.Aborted, "aborted", "the request was cut off");

    /// <summary>The HTTP status code.</summary>
    public int HttpStatus => Outcome switch
    {
        WebhookOutcome.Accepted or WebhookOutcome.Repeated => StatusCodes.Status202Accepted,
        WebhookOutcome.Handshake => StatusCodes.Status200OK,
        WebhookOutcome.Unauthorized => StatusCodes.Status401Unauthorized,
        WebhookOutcome.NotFound => StatusCodes.Status404NotFound,
        WebhookOutcome.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        WebhookOutcome.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        WebhookOutcome.TooLarge => StatusCodes.Status413PayloadTooLarge,
        WebhookOutcome.Busy => StatusCodes.Status429TooManyRequests,
        WebhookOutcome.Unavailable => StatusCodes.Status503ServiceUnavailable,
        WebhookOutcome.TimedOut => StatusCodes.Status408RequestTimeout,
        _ => StatusCodes.Status400BadRequest,
    };

    /// <summary>It is not what is expected; the message says where and why.</summary>
    public static WebhookAnswer BadData(string message) => new(WebhookOutcome.BadData, "bad_data", message);

    /// <summary>It can never be taken at its size.</summary>
    public static WebhookAnswer TooLarge(string message) => new(WebhookOutcome.TooLarge, "too_large", message);

    /// <summary>It does not prove that it may come in. All that are refused for that read the same.</summary>
    /// <param name="reason">The code for metrics and events.</param>
    public static WebhookAnswer Unauthorized(string reason) => new(WebhookOutcome.Unauthorized, reason, "not authorized");

    /// <summary>The answer to what the intake says; the intake has counted refusals.</summary>
    public static WebhookAnswer Of(in IntakeResult result) => result.Status switch
    {
        IntakeStatus.Accepted => Accepted,
        IntakeStatus.TooLarge => new(WebhookOutcome.TooLarge, "", result.Reason ?? "the request is too large"),
        IntakeStatus.Busy => new(WebhookOutcome.Busy, "", result.Reason ?? "busy", result.RetryAfter),
        IntakeStatus.Closed => new(WebhookOutcome.Unavailable, "", result.Reason ?? "shutting down", result.RetryAfter),
        _ => new(WebhookOutcome.Unavailable, "", result.Reason ?? "the request could not be stored", result.RetryAfter),
    };
}
