namespace Sluice.Journal;

/// <summary>Which space a group may use.</summary>
public enum CommitKind
{
    /// <summary>New data: waits for space, and is refused when there is none or when a rejecting consumer of its topics is at its limit.</summary>
    Intake,

    /// <summary>Cursors, tallies and outputs of consumers: may use the reserve, so that those who free space never wait for it.</summary>
    Internal,
}
