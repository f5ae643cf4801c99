namespace Sluice.Journal;

/// <summary>What became of a group.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="FirstRecord">The id of its first record; the others follow in the order they were written. Meaningful when committed.</param>
/// <param name="RetryAfter">When it is worth trying again; meaningful when refused as full.</param>
/// <param name="Reason">What refused it, for messages: the consumer at its limit or the failure. Null when committed.</param>
public readonly record struct CommitResult(CommitStatus Status, RecordId FirstRecord, TimeSpan RetryAfter, string? Reason)
{
    /// <summary>The group is durable and visible.</summary>
    public bool Committed => Status == CommitStatus.Committed;
}
