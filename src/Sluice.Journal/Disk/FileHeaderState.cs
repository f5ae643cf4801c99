namespace Sluice.Journal;

/// <summary>What the beginning of a file turned out to be.</summary>
internal enum FileHeaderState
{
    /// <summary>A header of this version, whole.</summary>
    Valid,

    /// <summary>Nothing but zeros.</summary>
    Blank,

    /// <summary>A header of a later version, or with a feature that this one does not know.</summary>
    Newer,

    /// <summary>Neither.</summary>
    Damaged,
}
