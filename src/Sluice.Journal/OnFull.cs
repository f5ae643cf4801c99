namespace Sluice.Journal;

/// <summary>What happens to a consumer that lags beyond its limit.</summary>
public enum OnFull
{
    /// <summary>Groups with entries for its topics are refused until it has caught up.</summary>
    Reject,

    /// <summary>Its oldest entries are dropped and counted.</summary>
    DropOldest,
}
