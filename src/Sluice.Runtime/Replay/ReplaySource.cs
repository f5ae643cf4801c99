namespace Sluice.Runtime.Replay;

/// <summary>Where a replay takes its records from.</summary>
public enum ReplaySource
{
    /// <summary>What the journal still holds.</summary>
    Journal,

    /// <summary>The dead letters.</summary>
    DeadLetters,
}
