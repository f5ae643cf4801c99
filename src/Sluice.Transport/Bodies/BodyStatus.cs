namespace Sluice.Transport.Bodies;

/// <summary>What came of reading a request body.</summary>
public enum BodyStatus
{
    /// <summary>It is there.</summary>
    Ok,

    /// <summary>Larger than the limit, as sent or inflated.</summary>
    TooLarge,

    /// <summary>The byte budget has no room for it now.</summary>
    OverBudget,

    /// <summary>Its content coding is not one that is accepted.</summary>
    UnsupportedCoding,

    /// <summary>Compressed data that is truncated or corrupt.</summary>
    Corrupt,

    /// <summary>The HTTP framing of the body is broken.</summary>
    Malformed,

    /// <summary>It did not arrive in time.</summary>
    TimedOut,

    /// <summary>The sender went away, or the server stops and has cut it off.</summary>
    Aborted,
}
