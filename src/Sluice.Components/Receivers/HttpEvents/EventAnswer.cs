using Microsoft.AspNetCore.Http;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.HttpEvents;

/// <summary>The answer to a request.</summary>
/// <param name="Outcome">What it is.</param>
/// <param name="Reason">The bounded code of a refusal that metrics and events show; empty for what is no refusal.</param>
/// <param name="Message">For the sender: what, where and what would be right; the challenge of a handshake. Empty when accepted.</param>
/// <param name="RetryAfter">When to repeat it, where that is worth it.</param>
internal readonly record struct EventAnswer(EventOutcome Outcome, string Reason, string Message, TimeSpan RetryAfter = default)
{
    /// <summary>Its records are durable.</summary>
    public static EventAnswer Accepted { get; } = new(EventOutcome.Accepted, "", "");

    /// <summary>It was taken before.</summary>
    public static EventAnswer Repeated { get; } = new(EventOutcome.Repeated, "", "");

    /// <summary>Nothing is at its path.</summary>
    public static EventAnswer NotFound { get; } = new(EventOutcome.NotFound, "not_found", "nothing is here");

    /// <summary>It was not posted.</summary>
    public static EventAnswer MethodNotAllowed { get; } = new(EventOutcome.MethodNotAllowed, "method", "events are sent with POST");

    /// <summary>The intake budget is used up.</summary>
    public static EventAnswer OverBudget { get; } = new(EventOutcome.Busy, "memory", "the memory for requests in flight is in use; send again later");

    /// <summary>More come than may.</summary>
    public static EventAnswer Throttled { get; } = new(EventOutcome.Busy, "rate_limit", "too many requests; send again later");

    /// <summary>The receiver stops.</summary>
    public static EventAnswer ShuttingDown { get; } = new(EventOutcome.Unavailable, "shutting_down", "shutting down; send again later");

    /// <summary>The time limit passed.</summary>
    public static EventAnswer TimedOut { get; } = new(EventOutcome.TimedOut, "timeout", "the request did not arrive within its time limit");

    /// <summary>The sender went away; nobody reads the answer.</summary>
    public static EventAnswer Aborted { get; } = new(EventOutcome.Aborted, "aborted", "the request was cut off");

    /// <summary>The HTTP status code.</summary>
    public int HttpStatus => Outcome switch
    {
        EventOutcome.Accepted or EventOutcome.Repeated => StatusCodes.Status202Accepted,
        EventOutcome.Handshake => StatusCodes.Status200OK,
        EventOutcome.Unauthorized => StatusCodes.Status401Unauthorized,
        EventOutcome.NotFound => StatusCodes.Status404NotFound,
        EventOutcome.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        EventOutcome.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        EventOutcome.TooLarge => StatusCodes.Status413PayloadTooLarge,
        EventOutcome.Busy => StatusCodes.Status429TooManyRequests,
        EventOutcome.Unavailable => StatusCodes.Status503ServiceUnavailable,
        EventOutcome.TimedOut => StatusCodes.Status408RequestTimeout,
        _ => StatusCodes.Status400BadRequest,
    };

    /// <summary>It is not what is expected; the message says where and why.</summary>
    public static EventAnswer BadData(string message) => new(EventOutcome.BadData, "bad_data", message);

    /// <summary>It can never be taken at its size.</summary>
    public static EventAnswer TooLarge(string message) => new(EventOutcome.TooLarge, "too_large", message);

    /// <summary>It does not prove that it may come in. All that are refused for that read the same.</summary>
    /// <param name="reason">The code for metrics and events.</param>
    public static EventAnswer Unauthorized(string reason) => new(EventOutcome.Unauthorized, reason, "not authorized");

    /// <summary>The answer to what the intake says; the intake has counted refusals.</summary>
    public static EventAnswer Of(in IntakeResult result) => result.Status switch
    {
        IntakeStatus.Accepted => Accepted,
        IntakeStatus.TooLarge => new(EventOutcome.TooLarge, "", result.Reason ?? "the request is too large"),
        IntakeStatus.Busy => new(EventOutcome.Busy, "", result.Reason ?? "busy", result.RetryAfter),
        IntakeStatus.Closed => new(EventOutcome.Unavailable, "", result.Reason ?? "shutting down", result.RetryAfter),
        _ => new(EventOutcome.Unavailable, "", result.Reason ?? "the request could not be stored", result.RetryAfter),
    };
}
