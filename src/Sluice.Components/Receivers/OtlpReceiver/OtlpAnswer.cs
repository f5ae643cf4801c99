using Microsoft.AspNetCore.Http;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Transport.Rpc;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>The answer to a request, whatever its transport.</summary>
/// <param name="Outcome">What it is.</param>
/// <param name="Reason">The bounded code that metrics show; empty when the intake counted it.</param>
/// <param name="Message">What, where and what would be right; empty when accepted.</param>
/// <param name="RetryAfter">When to repeat it, where that is worth it.</param>
/// <param name="Rejections">Records refused while the others were accepted.</param>
internal readonly record struct OtlpAnswer(
    OtlpOutcome Outcome, string Reason, string Message, TimeSpan RetryAfter = default, RecordRejections Rejections = default)
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The intake budget is used up.</summary>
    public static OtlpAnswer OverBudget { get; } =
        new(OtlpOutcome.Busy, "memory", "the memory for requests in flight is in use; send again later");

    /// <summary>The receiver stops.</summary>
    public static OtlpAnswer ShuttingDown { get; } =
        new(OtlpOutcome.Unavailable, "shutting_down", "shutting down; send again later, here or elsewhere");

    /// <summary>The time limit passed.</summary>
    public static OtlpAnswer TimedOut { get; } =
        new(OtlpOutcome.TimedOut, "timeout", "the request did not arrive within its time limit");

    /// <summary>The sender went away; nobody reads the answer.</summary>
    public static OtlpAnswer Aborted { get; } = new(OtlpOutcome.Aborted, "aborted", "the request was cut off");

    /// <summary>The form of <c>google.rpc.Status</c>. Whether a delay is in it tells the sender whether to try again.</summary>
    public RpcStatus Status => Outcome switch
    {
        OtlpOutcome.Accepted => RpcStatus.Ok,
        OtlpOutcome.BadData => new RpcStatus(RpcCode.InvalidArgument, Message),
        OtlpOutcome.TooLarge => new RpcStatus(RpcCode.ResourceExhausted, Message),
        OtlpOutcome.Busy => new RpcStatus(RpcCode.ResourceExhausted, Message, Delay),
        OtlpOutcome.Unavailable => new RpcStatus(RpcCode.Unavailable, Message, Delay),
        OtlpOutcome.NotServed => new RpcStatus(RpcCode.Unimplemented, Message),
        OtlpOutcome.TimedOut => new RpcStatus(RpcCode.DeadlineExceeded, Message),
        OtlpOutcome.Unauthenticated => new RpcStatus(RpcCode.Unauthenticated, Message),
        _ => new RpcStatus(RpcCode.Cancelled, Message),
    };

    /// <summary>The HTTP status code.</summary>
    public int HttpStatus => Outcome switch
    {
        OtlpOutcome.Accepted => StatusCodes.Status200OK,
        OtlpOutcome.TooLarge => StatusCodes.Status413PayloadTooLarge,
        OtlpOutcome.Busy => StatusCodes.Status429TooManyRequests,
        OtlpOutcome.Unavailable => StatusCodes.Status503ServiceUnavailable,
        OtlpOutcome.NotServed => StatusCodes.Status404NotFound,
        OtlpOutcome.TimedOut => StatusCodes.Status408RequestTimeout,
        OtlpOutcome.Unauthenticated => StatusCodes.Status401Unauthorized,
        _ => StatusCodes.Status400BadRequest,
    };

    private TimeSpan Delay => RetryAfter > TimeSpan.Zero ? RetryAfter : DefaultRetryAfter;

    /// <summary>No pipeline takes the signal.</summary>
    public static OtlpAnswer NotServed(string receiver, Signal signal) => new(
        OtlpOutcome.NotServed,
        "no_pipeline",
        $"no pipeline takes {OtlpSignals.NameOf(signal)} from the receiver {receiver}; add it to one under service::pipelines");

    /// <summary>The answer to what the intake says; the intake has counted refusals.</summary>
    public static OtlpAnswer Of(in IntakeResult result) => result.Status switch
    {
        IntakeStatus.Accepted => new(OtlpOutcome.Accepted, "", "", default, result.Rejections),
        IntakeStatus.TooLarge => new(OtlpOutcome.TooLarge, "", result.Reason ?? "the request is too large"),
        IntakeStatus.Busy => new(OtlpOutcome.Busy, "", result.Reason ?? "busy", result.RetryAfter),
        IntakeStatus.Closed => new(OtlpOutcome.Unavailable, "", result.Reason ?? "shutting down", result.RetryAfter),
        _ => new(OtlpOutcome.Unavailable, "", result.Reason ?? "the request could not be stored", result.RetryAfter),
    };
}
