using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;

namespace Sluice.Runtime.DeadLetters;

/// <summary>
/// That a destination took a batch except for some records, without saying which: they cannot be kept or sent again, only counted.
/// </summary>
public sealed record DeadLetterNote
{
    /// <summary>When it was answered.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Id of the exporter.</summary>
    public required string Component { get; init; }

    /// <summary>Ids of the pipelines that the records of the batch went through.</summary>
    public required IReadOnlyList<string> Pipelines { get; init; }

    /// <summary>Which message the records are.</summary>
    public required Signal Signal { get; init; }

    /// <summary>The first record of the batch.</summary>
    public required RecordId First { get; init; }

    /// <summary>The last record of the batch.</summary>
    public required RecordId Last { get; init; }

    /// <summary>Records refused.</summary>
    public required int Rejected { get; init; }

    /// <summary>Records of the batch.</summary>
    public required int Records { get; init; }

    /// <summary>What the destination said.</summary>
    public required string Reason { get; init; }

    /// <summary>The note of a batch that says it was refused in part.</summary>
    internal static DeadLetterNote Of(string component, DeliveryBatch batch, DateTimeOffset time)
    {
        var last = batch.Segments[^1];
        return new DeadLetterNote
        {
            Time = time,
            Component = component,
            Pipelines = [.. batch.Segments.Select(segment => segment.Pipeline.Name).Distinct(StringComparer.Ordinal)],
            Signal = batch.Segments[0].Batch.Signal,
            First = batch.Segments[0].FirstRecord,
            Last = last.FirstRecord.Plus(last.Count - 1),
            Rejected = batch.UnnamedRejections,
            Records = batch.RecordCount,
            Reason = batch.UnnamedReason,
        };
    }
}
