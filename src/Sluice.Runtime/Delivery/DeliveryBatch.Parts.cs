namespace Sluice.Runtime.Delivery;

/// <summary>Attempts that settle only a part of the records.</summary>
public sealed partial class DeliveryBatch
{
    private HashSet<(int Segment, int Record)>? _later;

    /// <summary>
    /// For an exporter that has to know: records of this batch may have reached the destination by an attempt of which it does not know how it
    /// ended. Set and cleared by the exporter; further attempts, and the parts that the batch is cut into, inherit it.
    /// </summary>
    public bool MayHaveArrived { get; set; }

    /// <summary>Records marked with <see cref="RetryLater"/> during this attempt, in no order.</summary>
    public IReadOnlyCollection<(int Segment, int Record)> Later => _later ?? (IReadOnlyCollection<(int Segment, int Record)>)[];

    /// <summary>
    /// Says that one record has to be tried again while others of the batch are settled. Saying it again of the same record changes nothing;
    /// it goes before <see cref="Reject"/>. It holds only with <see cref="DeliveryOutcome.DeliveredInPart"/>.
    /// </summary>
    /// <param name="segment">Index in <see cref="Segments"/>.</param>
    /// <param name="record">Index of the record within the segment.</param>
    public void RetryLater(int segment, int record)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)record, (uint)_segments[segment].Count, nameof(record));
        (_later ??= []).Add((segment, record));
    }

    /// <summary>
    /// Parts the records that are settled, with what was said of them, from those to be tried again; each part has references and runs of its
    /// own. This batch is to be released then.
    /// </summary>
    internal (DeliveryBatch Settled, DeliveryBatch Later) Part(SettlementTracker tracker)
    {
        var (settled, later) = (new DeliveryBatch { Values = Values }, new DeliveryBatch { Values = Values, MayHaveArrived = MayHaveArrived });
        var reasons = Rejections.ToDictionary(rejection => (rejection.Segment, rejection.Record), rejection => rejection.Reason);
        for (var i = 0; i < _segments.Count; i++)
        {
            var (segment, part) = (_segments[i], _parts[i]);
            for (var done = 0; segment.Count > 0;)
            {
                var isLater = IsLater(i, done);
                var count = 1;
                while (count < segment.Count && IsLater(i, done + count) == isLater)
                {
                    count++;
                }

                var rest = segment.Slice(count, segment.Count - count);
                var restUnit = rest.Count > 0 ? tracker.Split(part.Unit, count, rest.Position) : part.Unit;
                var target = isLater ? later : settled;
                target.AddShared(segment.Slice(0, count), part);
                for (var record = 0; !isLater && reasons.Count > 0 && record < count; record++)
                {
                    if (reasons.TryGetValue((i, done + record), out var reason))
                    {
                        settled.Reject(settled._segments.Count - 1, record, reason);
                    }
                }

                (segment, part) = (rest, part with { Unit = restUnit });
                done += count;
            }
        }

        settled.History = History;
        settled.CountDuplicates(Math.Min(DuplicateCount, settled.RecordCount - settled.Rejections.Count));
        later.History = History?.ForRest();
        return (settled, later);
    }

    private bool IsLater(int segment, int record) => _later is not null && _later.Contains((segment, record));
}
