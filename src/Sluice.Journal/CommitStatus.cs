namespace Sluice.Journal;

/// <summary>The outcomes of handing a group to the journal. All but <see cref="Committed"/> show nothing.</summary>
public enum CommitStatus
{
    /// <summary>Durable and visible.</summary>
    Committed,

    /// <summary>No space within the permitted wait, or a rejecting consumer is at its limit. Worth trying again.</summary>
    Full,

    /// <summary>The group is larger than the journal can ever take. Not worth trying again.</summary>
    TooLarge,

    /// <summary>
    /// The disk failed. Worth trying again: the journal tries a new segment. Nothing of the group is visible; but if that segment could not be
    /// begun either, the bytes may have reached the disk all the same, and then the next opening shows the group, whole.
    /// </summary>
    Failed,

    /// <summary>The journal is closing.</summary>
    Closed,
}
