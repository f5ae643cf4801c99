namespace Sluice.Journal;

/// <summary>Where a new subscription starts.</summary>
public enum StartAt
{
    /// <summary>Behind what is there: only new entries.</summary>
    Latest,

    /// <summary>At the oldest entry still held.</summary>
    Earliest,
}
