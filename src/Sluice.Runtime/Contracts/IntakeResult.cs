using Sluice.Telemetry;

namespace Sluice.Runtime.Contracts;

/// <summary>What became of a request.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Rejections">Records refused while the others were taken.</param>
/// <param name="RetryAfter">When it is worth trying again; meaningful when <see cref="IntakeStatus.Busy"/>.</param>
/// <param name="Reason">For the sender: what refused it. Null when accepted.</param>
public readonly record struct IntakeResult(IntakeStatus Status, RecordRejections Rejections, TimeSpan RetryAfter, string? Reason)
{
    /// <summary>The request is durable.</summary>
    public static IntakeResult Accepted(RecordRejections rejections) => new(IntakeStatus.Accepted, rejections, default, null);
}
