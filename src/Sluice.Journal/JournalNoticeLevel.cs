namespace Sluice.Journal;

/// <summary>How much a notice of the journal matters.</summary>
public enum JournalNoticeLevel
{
    /// <summary>For the record.</summary>
    Information,

    /// <summary>Something is not as it should be, and nothing is lost.</summary>
    Warning,

    /// <summary>Data was lost or cannot be taken.</summary>
    Error,
}
