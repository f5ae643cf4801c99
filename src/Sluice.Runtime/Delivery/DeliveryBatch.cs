using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// What an exporter is given to deliver: runs of records out of the journal, in journal order. Owned by the delivery, lent to the
/// exporter for one call; its memory counts against the consumer's window until it is settled.
/// </summary>
public sealed partial class DeliveryBatch
{
    private readonly List<DeliverySegment> _segments = [];
    private readonly List<DeliveryPart> _parts = [];
    private List<RecordRejection>? _rejections;
    private HashSet<(int Segment, int Record)>? _rejected;

    /// <summary>What the requests have in common that the records came with.</summary>
    public RequestValues Values { get; internal init; } = RequestValues.None;

    /// <summary>The runs of records.</summary>
    public IReadOnlyList<DeliverySegment> Segments => _segments;

    /// <summary>Records in all segments.</summary>
    public int RecordCount { get; private set; }

    /// <summary>Bytes of the records' messages in all segments.</summary>
    public long ByteCount { get; private set; }

    /// <summary>Records that the exporter marked as refused for good during this attempt.</summary>
    public IReadOnlyList<RecordRejection> Rejections => _rejections ?? (IReadOnlyList<RecordRejection>)[];

    /// <summary>Records that the exporter found delivered already during this attempt.</summary>
    public int DuplicateCount { get; private set; }

    /// <summary>
    /// Says that one record is refused for good; it goes to the dead letters while the others of the batch count as delivered. Saying it
    /// again of the same record changes nothing. It holds only where records are settled: with <see cref="DeliveryOutcome.Delivered"/> and
    /// <see cref="DeliveryOutcome.DeliveredInPart"/>.
    /// </summary>
    /// <param name="segment">Index in <see cref="Segments"/>.</param>
    /// <param name="record">Index of the record within the segment.</param>
    /// <param name="reason">What the destination said.</param>
    public void Reject(int segment, int record, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)record, (uint)_segments[segment].Count, nameof(record));
        if ((_rejected ??= []).Add((segment, record)))
        {
            (_rejections ??= []).Add(new RecordRejection(segment, record, reason));
        }
    }

    /// <summary>Says that so many more records of the batch had been delivered before. It holds where <see cref="Reject"/> does.</summary>
    public void CountDuplicates(int records)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(records);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(records, RecordCount - DuplicateCount);
        DuplicateCount += records;
    }

    /// <summary>
    /// Says that the destination took the batch except for so many records, without saying which: they count as rejected, and the dead
    /// letters get a note of it. It holds only with <see cref="DeliveryOutcome.Delivered"/>.
    /// </summary>
    /// <param name="records">How many; more than there are means all.</param>
    /// <param name="reason">What the destination said.</param>
    public void RejectUnnamed(long records, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(records);
        UnnamedRejections = (int)Math.Min(records, RecordCount);
        UnnamedReason = reason;
    }

    /// <summary>Records that the destination refused without saying which.</summary>
    public int UnnamedRejections { get; private set; }

    /// <summary>What it said about them.</summary>
    internal string UnnamedReason { get; private set; } = "";

    /// <summary>What the delivery needs to settle each segment, by index.</summary>
    internal IReadOnlyList<DeliveryPart> Parts => _parts;

    /// <summary>What it has been through; null before its first attempt.</summary>
    internal DeliveryHistory? History { get; set; }

    /// <summary>Adds a run, taking over one reference to its entry.</summary>
    internal void Add(DeliverySegment segment, DeliveryPart part)
    {
        _segments.Add(segment);
        _parts.Add(part);
        RecordCount += segment.Count;
        ByteCount += segment.MessageBytes;
    }

    /// <summary>Adds a run, with a new reference to its entry.</summary>
    internal void AddShared(DeliverySegment segment, DeliveryPart part)
    {
        part.Entry.AddReference();
        Add(segment, part);
    }

    /// <summary>Makes two batches of half the records each, with references and runs of their own. This one is to be released then.</summary>
    internal (DeliveryBatch First, DeliveryBatch Second) Halve(SettlementTracker tracker)
    {
        var (first, second) = (new DeliveryBatch { Values = Values }, new DeliveryBatch { Values = Values });
        var room = RecordCount / 2;
        for (var i = 0; i < _segments.Count; i++)
        {
            var (segment, part) = (_segments[i], _parts[i]);
            if (room == 0)
            {
                second.AddShared(segment, part);
            }
            else if (segment.Count <= room)
            {
                first.AddShared(segment, part);
                room -= segment.Count;
            }
            else
            {
                var rest = segment.Slice(room, segment.Count - room);
                var restUnit = tracker.Split(part.Unit, room, rest.Position);
                first.AddShared(segment.Slice(0, room), part);
                second.AddShared(rest, part with { Unit = restUnit });
                room = 0;
            }
        }

        first.History = History?.ForHalf(first.RecordCount);
        second.History = History?.ForHalf(second.RecordCount);
        first.MayHaveArrived = second.MayHaveArrived = MayHaveArrived;
        return (first, second);
    }

    /// <summary>Gives the memory of its entries back.</summary>
    internal void Release()
    {
        foreach (var part in _parts)
        {
            part.Entry.Release();
        }

        _segments.Clear();
        _parts.Clear();
    }

    /// <summary>Forgets what an attempt reported, before the next one.</summary>
    internal void ResetOutcome()
    {
        _rejections?.Clear();
        _rejected?.Clear();
        _later?.Clear();
        DuplicateCount = 0;
        UnnamedRejections = 0;
    }
}
