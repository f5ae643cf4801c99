namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>What a request is answered; each has one gRPC and one HTTP form.</summary>
internal enum OtlpOutcome
{
    /// <summary>Durable, all of it or in part.</summary>
    Accepted,

    /// <summary>It can never be taken as it is.</summary>
    BadData,

    /// <summary>It can never be taken at its size.</summary>
    TooLarge,

    /// <summary>No memory or journal space now.</summary>
    Busy,

    /// <summary>Not working now, or shutting down.</summary>
    Unavailable,

    /// <summary>No pipeline takes the signal.</summary>
    NotServed,

    /// <summary>The sender's time limit passed, or its body stalled.</summary>
    TimedOut,

    /// <summary>The sender went away.</summary>
    Aborted,

    /// <summary>The sender did not prove that it may send.</summary>
    Unauthenticated,
}
