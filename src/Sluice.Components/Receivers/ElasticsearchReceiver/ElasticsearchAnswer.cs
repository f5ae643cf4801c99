using Microsoft.AspNetCore.Http;
using Sluice.Components.Receivers.ElasticsearchReceiver.Documents;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.ElasticsearchReceiver;

/// <summary>What a whole request is answered, in the terms of the API.</summary>
/// <param name="Outcome">What it is.</param>
/// <param name="Reason">The bounded code of a refusal that metrics show; empty for what is none, and where the intake counted it.</param>
/// <param name="Type">What the API calls the error; empty when there is none.</param>
/// <param name="Message">What, where and what would be right.</param>
/// <param name="RetryAfter">When to repeat it, where that is worth it.</param>
internal readonly record struct ElasticsearchAnswer(
    ElasticsearchOutcome Outcome, string Reason, string Type, string Message, TimeSpan RetryAfter = default)
{
    private const string Rejected = "es_rejected_execution_exception";
    private const string Blocked = "cluster_block_exception";
    private const string Conflict = "version_conflict_engine_exception";
    private const string Argument = "illegal_argument_exception";

    /// <summary>Done.</summary>
    public static ElasticsearchAnswer Accepted { get; } = new(ElasticsearchOutcome.Accepted, "", "", "");

    /// <summary>The intake budget is used up.</summary>
    public static ElasticsearchAnswer OverBudget { get; } =
        new(ElasticsearchOutcome.Busy, "memory", Rejected, "the memory for requests in flight is in use; send again later");

    /// <summary>More come than may.</summary>
    public static ElasticsearchAnswer Throttled { get; } =
        new(ElasticsearchOutcome.Busy, "rate_limit", Rejected, "more requests come than max_requests_per_second allows; send again later");

    /// <summary>The receiver stops.</summary>
    public static ElasticsearchAnswer ShuttingDown { get; } =
        new(ElasticsearchOutcome.Unavailable, "shutting_down", Blocked, "shutting down; send again later");

    /// <summary>Credentials cannot be checked.</summary>
    public static ElasticsearchAnswer Unchecked { get; } =
        new(ElasticsearchOutcome.Unavailable, "auth_error", Blocked, "the credentials cannot be checked now; send again later");

    /// <summary>The time limit passed.</summary>
    public static ElasticsearchAnswer TimedOut { get; } =
        new(ElasticsearchOutcome.TimedOut, "timeout", "timeout_exception", "the request did not arrive within its time limit");

    /// <summary>The sender went away; nobody reads the answer.</summary>
    public static ElasticsearchAnswer Aborted { get; } = new(ElasticsearchOutcome.Aborted, "aborted", "", "");

    /// <summary>The HTTP status code.</summary>
    public int HttpStatus => Outcome switch
    {
        ElasticsearchOutcome.Accepted => StatusCodes.Status200OK,
        ElasticsearchOutcome.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ElasticsearchOutcome.Busy => StatusCodes.Status429TooManyRequests,
        ElasticsearchOutcome.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ElasticsearchOutcome.Unauthorized => StatusCodes.Status401Unauthorized,
        ElasticsearchOutcome.NotFound => StatusCodes.Status404NotFound,
        ElasticsearchOutcome.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ElasticsearchOutcome.UnsupportedMediaType => StatusCodes.Status406NotAcceptable,
        ElasticsearchOutcome.Conflict => StatusCodes.Status409Conflict,
        ElasticsearchOutcome.TimedOut => StatusCodes.Status408RequestTimeout,
        _ => StatusCodes.Status400BadRequest,
    };

    /// <summary>It is not what the API takes; the message says where and why.</summary>
    public static ElasticsearchAnswer BadData(string message) => new(ElasticsearchOutcome.BadData, "bad_data", Argument, message);

    /// <summary>A request to do what Sluice does not.</summary>
    public static ElasticsearchAnswer NotServed(string message) => new(ElasticsearchOutcome.BadData, "not_served", Argument, message);

    /// <summary>It can never be taken at its size.</summary>
    public static ElasticsearchAnswer TooLarge(string message) => new(ElasticsearchOutcome.TooLarge, "too_large", "content_too_long_exception", message);

    /// <summary>What the API calls a document that was created before, and one that another request is about to create.</summary>
    /// <param name="status">Which of both.</param>
    public static (int HttpStatus, string Type, string Reason) Refusal(ClaimStatus status) => status == ClaimStatus.Known
        ? (StatusCodes.Status409Conflict, Conflict, "document already exists: one with its _id was created before")
        : (StatusCodes.Status429TooManyRequests, Rejected, "another request is about to create a document with its _id; send again later");

    /// <summary>A document that came alone and may not be created.</summary>
    public static ElasticsearchAnswer NotCreated(ClaimStatus status) => status == ClaimStatus.Known
        ? new(ElasticsearchOutcome.Conflict, "conflict", Conflict, Refusal(status).Reason)
        : new(ElasticsearchOutcome.Busy, "conflict", Rejected, Refusal(status).Reason);

    /// <summary>The sender is not let in.</summary>
    public static ElasticsearchAnswer Unauthorized(string message) =>
        new(ElasticsearchOutcome.Unauthorized, "unauthenticated", "security_exception", message);

    /// <summary>Nothing is there.</summary>
    public static ElasticsearchAnswer NotFound(string message) => new(ElasticsearchOutcome.NotFound, "not_found", "resource_not_found_exception", message);

    /// <summary>It does not do that.</summary>
    public static ElasticsearchAnswer MethodNotAllowed(string message) => new(ElasticsearchOutcome.MethodNotAllowed, "method", Argument, message);

    /// <summary>The body is in a format or coding that is not taken.</summary>
    public static ElasticsearchAnswer UnsupportedMediaType(string message) =>
        new(ElasticsearchOutcome.UnsupportedMediaType, "media_type", "media_type_header_exception", message);

    /// <summary>The answer to what the intake says; the intake has counted refusals.</summary>
    public static ElasticsearchAnswer Of(in IntakeResult result) => result.Status switch
    {
        IntakeStatus.Accepted => Accepted,
        IntakeStatus.TooLarge => new(ElasticsearchOutcome.TooLarge, "", "content_too_long_exception", result.Reason ?? "the request is too large"),
        IntakeStatus.Busy => new(ElasticsearchOutcome.Busy, "", Rejected, result.Reason ?? "busy", result.RetryAfter),
        IntakeStatus.Closed => new(ElasticsearchOutcome.Unavailable, "", Blocked, result.Reason ?? "shutting down", result.RetryAfter),
        _ => new(ElasticsearchOutcome.Unavailable, "", Blocked, result.Reason ?? "the request could not be stored", result.RetryAfter),
    };
}
