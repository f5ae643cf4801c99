using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;

namespace Sluice.Testing.Components;

/// <summary>A record as an exporter was given it.</summary>
/// <param name="Id">Its identity in the journal.</param>
/// <param name="Pipeline">The pipeline it went through.</param>
/// <param name="Signal">Which message it is.</param>
/// <param name="Name">Its name, see <see cref="TestRequests"/>.</param>
public sealed record TestRecord(RecordId Id, string Pipeline, Signal Signal, string Name)
{
    /// <summary>The records of a run.</summary>
    public static IEnumerable<TestRecord> Of(DeliverySegment segment) => Enumerable.Range(0, segment.Count).Select(i => new TestRecord(
        segment.FirstRecord.Plus(i),
        segment.Pipeline.Name,
        segment.Batch.Signal,
        TestRequests.NameOf(segment.Batch.GetRecord(segment.Start + i))));

    /// <summary>The records of a batch.</summary>
    public static IReadOnlyList<TestRecord> Of(DeliveryBatch batch) => [.. batch.Segments.SelectMany(Of)];
}
