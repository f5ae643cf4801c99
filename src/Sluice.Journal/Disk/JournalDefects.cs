namespace Sluice.Journal;

/// <summary>
/// Broken builds that the power-cut tests must catch, to prove that they would notice. The product never sets one.
/// </summary>
[Flags]
internal enum JournalDefects
{
    None = 0,

    /// <summary>Answers, and shows to consumers, before the flush.</summary>
    AcknowledgeBeforeFlush = 1,

    /// <summary>Goes on in the newest segment after a recovery, in its epoch and with its numbers, instead of sealing it.</summary>
    AppendToOldSegment = 2,
}
