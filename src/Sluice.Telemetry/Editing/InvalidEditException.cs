namespace Sluice.Telemetry.Editing;

/// <summary>An edit made a message that the indexer would refuse. A defect of the processor that made it, never of the sender.</summary>
public sealed class InvalidEditException : EditException
{
    internal InvalidEditException(string what, RejectionReason reason)
        : base(reason == RejectionReason.None
            ? $"The edited {what} is not a well-formed protobuf message of its kind."
            : $"The edited {what} is refused: {reason}.")
    {
        Reason = reason;
    }

    /// <summary>Why; <see cref="RejectionReason.None"/> when the message is malformed.</summary>
    public RejectionReason Reason { get; }
}
