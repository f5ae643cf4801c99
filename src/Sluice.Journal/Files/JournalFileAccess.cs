namespace Sluice.Journal;

/// <summary>How a file of the journal is opened.</summary>
internal enum JournalFileAccess
{
    /// <summary>It must be there; nothing is written.</summary>
    Read,

    /// <summary>It must be there.</summary>
    ReadWrite,

    /// <summary>It must not be there: an empty one is made.</summary>
    Create,
}
