namespace Sluice.Journal;

/// <summary>How a frame with a whole header was found.</summary>
internal enum FrameCondition
{
    /// <summary>It is not known what the group did.</summary>
    Broken,

    /// <summary>It is known what the group did; the bytes of an entry are damaged.</summary>
    EntriesDamaged,

    /// <summary>Every byte is as it was written.</summary>
    Whole,
}
