namespace Sluice.Components.Receivers.ElasticsearchReceiver;

/// <summary>What a request is answered.</summary>
internal enum ElasticsearchOutcome
{
    /// <summary>Its documents are durable, all but those that are refused by themselves; or it asked for something and got it.</summary>
    Accepted,

    /// <summary>It can never be taken as it is.</summary>
    BadData,

    /// <summary>It can never be taken at its size.</summary>
    TooLarge,

    /// <summary>No memory or journal space now, or too many requests.</summary>
    Busy,

    /// <summary>Not working now, or shutting down.</summary>
    Unavailable,

    /// <summary>The sender did not prove that it may send.</summary>
    Unauthorized,

    /// <summary>Nothing is there.</summary>
    NotFound,

    /// <summary>It is there, and does not do that.</summary>
    MethodNotAllowed,

    /// <summary>The body is in a format that is not taken.</summary>
    UnsupportedMediaType,

    /// <summary>Its document was created before.</summary>
    Conflict,

    /// <summary>It took too long to arrive.</summary>
    TimedOut,

    /// <summary>The sender went away.</summary>
    Aborted,
}
