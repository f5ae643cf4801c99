namespace Sluice.Runtime.Replay;

/// <summary>How far a replay is.</summary>
public enum ReplayState
{
    /// <summary>It appends, or waits for space to append.</summary>
    Running,

    /// <summary>All is appended; the exporter delivers it like everything else.</summary>
    Done,

    /// <summary>It was told to end; what it had appended is delivered.</summary>
    Cancelled,

    /// <summary>It cannot go on; what it had appended is delivered.</summary>
    Failed,
}
