namespace Sluice.Runtime.Contracts;

/// <summary>The outcomes of an intake.</summary>
public enum IntakeStatus
{
    /// <summary>Durable.</summary>
    Accepted,

    /// <summary>No space or budget now; the same request may succeed later.</summary>
    Busy,

    /// <summary>The request can never be taken at this size.</summary>
    TooLarge,

    /// <summary>A processor or the journal failed; the same request may succeed later.</summary>
    Failed,

    /// <summary>Shutting down; another instance, or this one after its restart, will take it.</summary>
    Closed,
}
