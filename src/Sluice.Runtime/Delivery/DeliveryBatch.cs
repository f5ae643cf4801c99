using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// What an exporter is given to deliver: runs of records out of the journal, in journal order. Owned by the delivery, lent to the
/// exporter for one call; its memory counts against the consumer's window until it is settled.
/// </summary>
public sealed class DeliveryBatch
{
    private readonly List<DeliverySegment> _segments = [];
    private readonly List<DeliveryPart> _parts = [];
    private List<RecordRejection>? _rejections;

    /// <summary>The runs of records.</summary>
    public IReadOnlyList<DeliverySegment> Segments => _segments;

    /// <summary>Records in all segments.</summary>
    public int RecordCount { get; private set; }

    /// <summary>Bytes of the records' messages in all segments.</summary>
    public long ByteCount { get; private set; }

    /// <summary>Records that the exporter marked as refused for good during this delivery.</summary>
    public IReadOnlyList<RecordRejection> Rejections => _rejections ?? (IReadOnlyList<RecordRejection>)[];

    /// <summary>Records that the exporter found delivered already.</summary>
    public int DuplicateCount { get; private set; }

    /// <summary>Says that one record is refused for good; it goes to the dead letters while the others of the batch count as delivered.</summary>
    /// <param name="segment">Index in <see cref="Segments"/>.</param>
    /// <param name="record">Index of the record within the segment.</param>
    /// <param name="reason">What the destination said.</param>
    public void Reject(int segment, int record, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)record, (uint)(_segments[segment].Count - 1), nameof(record));
        (_rejections ??= []).Add(new RecordRejection(segment, record, reason));
    }

    /// <summary>Says that so many records of the batch had been delivered before.</summary>
    public void CountDuplicates(int records) => DuplicateCount += records;

    /// <summary>What the delivery needs to settle each segment, by index.</summary>
    internal IReadOnlyList<DeliveryPart> Parts => _parts;

    /// <summary>Adds a run, taking over one reference to its entry.</summary>
    internal void Add(DeliverySegment segment, DeliveryPart part)
    {
        _segments.Add(segment);
        _parts.Add(part);
        RecordCount += segment.Count;
        ByteCount += segment.MessageBytes;
    }

    /// <summary>Makes two batches of half the records each; they take over the references, and this batch is empty afterwards.</summary>
    internal (DeliveryBatch First, DeliveryBatch Second) Halve()
    {
        var (first, second) = (new DeliveryBatch(), new DeliveryBatch());
        var room = RecordCount / 2;
        for (var i = 0; i < _segments.Count; i++)
        {
            var (segment, part) = (_segments[i], _parts[i]);
            var inFirst = Math.Min(room, segment.Count);
            room -= inFirst;
            if (inFirst > 0 && inFirst < segment.Count)
            {
                part.Entry.AddReference();
            }

            if (inFirst > 0)
            {
                first.Add(segment.Slice(0, inFirst), part);
            }

            if (inFirst < segment.Count)
            {
                second.Add(segment.Slice(inFirst, segment.Count - inFirst), part);
            }
        }

        _segments.Clear();
        _parts.Clear();
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
        DuplicateCount = 0;
    }
}
