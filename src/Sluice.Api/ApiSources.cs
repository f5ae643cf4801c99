using Sluice.Runtime.Contracts;

namespace Sluice.Api;

/// <summary>What the API answers from; what is null is not there.</summary>
public sealed record ApiSources
{
    /// <summary>The directory of the store to search.</summary>
    public string? StoreDirectory { get; init; }

    /// <summary>The directory of the dead letters; it need not exist.</summary>
    public string? DeadLetterDirectory { get; init; }

    /// <summary>The state of the instance; null when files are read without one.</summary>
    public IRuntimeStatus? Status { get; init; }

    /// <summary>What sends records again; null when files are read without an instance.</summary>
    public IReplays? Replays { get; init; }
}
