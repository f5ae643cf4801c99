namespace Sluice.Journal;

/// <summary>Limits of a table, so that no table grows without bound.</summary>
public sealed record JournalTableOptions
{
    /// <summary>Entries it may hold. Beyond, the oldest written go first and are counted.</summary>
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>How long an entry lives after it was last written; null: for ever.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Checks each value for itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxEntries);
        if (Expiry is { } expiry)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(expiry, TimeSpan.Zero, nameof(Expiry));
        }
    }
}
