namespace Sluice.Runtime.Replay;

/// <summary>Why a replay cannot be begun or ended as asked.</summary>
public enum ReplayProblem
{
    /// <summary>There is no such exporter, replay or dead letter.</summary>
    Unknown,

    /// <summary>Not in the present state, such as while another runs.</summary>
    Conflict,

    /// <summary>The journal does not take it now.</summary>
    Unavailable,
}
