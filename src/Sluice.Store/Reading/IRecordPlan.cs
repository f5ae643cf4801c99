using Sluice.Store.Files;

namespace Sluice.Store.Reading;

/// <summary>Knows how to search each file for one query.</summary>
internal interface IRecordPlan
{
    /// <summary>Where the records are.</summary>
    BlockKind Table { get; }

    /// <summary>The plan for a file; null when nothing in it can match.</summary>
    FilePlan? For(FileReader file);
}
