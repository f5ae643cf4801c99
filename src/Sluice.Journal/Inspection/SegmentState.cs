namespace Sluice.Journal;

/// <summary>What a segment file is there for.</summary>
public enum SegmentState
{
    /// <summary>The newest, without a trailer: it is being written, or was when the process ended.</summary>
    Written,

    /// <summary>Full, but without a trailer: it is about to be sealed, or the process ended before. Opening looks through its groups.</summary>
    Unsealed,

    /// <summary>Full and sealed, with entries that a consumer has not settled.</summary>
    Sealed,

    /// <summary>Nobody needs it; kept for replays, or until a snapshot covers it.</summary>
    Retained,

    /// <summary>Without groups, ready to become a segment.</summary>
    Spare,

    /// <summary>Acknowledged groups in it are damaged, or it is no segment at all and was set aside.</summary>
    Damaged,
}
