using Sluice.Telemetry;

namespace Sluice.Runtime.Delivery;

/// <summary>Gathers runs of records into batches of the configured size and age. One reader at a time.</summary>
internal sealed class BatchBuilder(BatchOptions options, TimeProvider time)
{
    private DeliveryBatch? _batch;
    private long _startedAt;

    public bool IsEmpty => _batch is null;

    /// <summary>It is large enough to go.</summary>
    public bool IsFull => _batch is not null && Size(_batch) >= Math.Max(1, options.MinSize);

    /// <summary>How long it may still wait for more; zero or less when it is due.</summary>
    public TimeSpan Remaining => _batch is null ? Timeout.InfiniteTimeSpan : options.FlushTimeout - time.GetElapsedTime(_startedAt);

    /// <summary>Adds as much of a run as the size limit lets in.</summary>
    /// <returns>How many of its records were added: fewer than all means take the batch and call again with the rest.</returns>
    public int Add(DeliverySegment segment, DeliveryPart part)
    {
        var room = Room(segment);
        if (room == 0)
        {
            return 0;
        }

        if (_batch is null)
        {
            _batch = new DeliveryBatch();
            _startedAt = time.GetTimestamp();
        }

        if (room < segment.Count)
        {
            part.Entry.AddReference();
        }

        _batch.Add(segment.Slice(0, room), part);
        return room;
    }

    public DeliveryBatch Take()
    {
        var batch = _batch ?? throw new InvalidOperationException("There is no batch to take.");
        _batch = null;
        return batch;
    }

    private long Size(DeliveryBatch batch) => options.Sizer == BatchSizer.Items ? batch.RecordCount : batch.ByteCount;

    private int Room(DeliverySegment segment)
    {
        if (options.MaxSize == 0)
        {
            return segment.Count;
        }

        var left = options.MaxSize - (_batch is null ? 0 : Size(_batch));
        if (options.Sizer == BatchSizer.Items)
        {
            return (int)Math.Min(left, segment.Count);
        }

        // A record above the limit travels alone: splitting further is not possible.
        var count = 0;
        foreach (ref readonly var envelope in segment.Batch.Envelopes.Slice(segment.Start, segment.Count))
        {
            left -= envelope.Length;
            if (left < 0 && (count > 0 || _batch is not null))
            {
                break;
            }

            count++;
            if (left < 0)
            {
                break;
            }
        }

        return count;
    }
}
