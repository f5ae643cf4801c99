namespace Sluice.Runtime.Delivery;

/// <summary>Which records one batch may hold together, whatever its size.</summary>
public enum BatchScope
{
    /// <summary>Any, as the sizes let them.</summary>
    Any,

    /// <summary>
    /// Those of one journal entry. Where they are cut follows from the entry and the sizes alone, not from what else waits, so that a batch is
    /// made of the same records again after a crash. The exception is what was halved in between: its second half may then be cut otherwise.
    /// </summary>
    Entry,

    /// <summary>One.</summary>
    Record,
}
