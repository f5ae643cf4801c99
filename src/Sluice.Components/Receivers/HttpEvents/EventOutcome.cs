namespace Sluice.Components.Receivers.HttpEvents;

/// <summary>What a request is answered.</summary>
internal enum EventOutcome
{
    /// <summary>Its records are durable.</summary>
    Accepted,

    /// <summary>Its records have been durable since it came first.</summary>
    Repeated,

    /// <summary>A sender's question whether anybody is there.</summary>
    Handshake,

    /// <summary>It can never be taken as it is.</summary>
    BadData,

    /// <summary>It does not prove that it may come in.</summary>
    Unauthorized,

    /// <summary>Nothing is at its path.</summary>
    NotFound,

    /// <summary>It was not posted.</summary>
    MethodNotAllowed,

    /// <summary>Its media type or content coding is not taken.</summary>
    UnsupportedMediaType,

    /// <summary>It can never be taken at its size.</summary>
    TooLarge,

    /// <summary>No memory or journal space now, or too many requests.</summary>
    Busy,

    /// <summary>Not working now, or shutting down.</summary>
    Unavailable,

    /// <summary>It did not arrive in time.</summary>
    TimedOut,

    /// <summary>The sender went away.</summary>
    Aborted,
}
