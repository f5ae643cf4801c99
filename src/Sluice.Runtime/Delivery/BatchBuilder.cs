using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Delivery;

/// <summary>Gathers runs of records into batches of the configured size and age. One reader at a time.</summary>
internal sealed class BatchBuilder(BatchOptions options, BatchScope scope, RequestValues values, TimeProvider time)
{
    private DeliveryBatch? _batch;
    private long _startedAt;

    public bool IsEmpty => _batch is null;

    /// <summary>It is to go: large enough, or with no record to come that could join it.</summary>
    public bool IsFull => _batch is not null && (scope != BatchScope.Any || Size(_batch) >= Math.Max(1, options.MinSize));

    /// <summary>How long it may still wait for more; zero or less when it is due.</summary>
    public TimeSpan Remaining => _batch is null ? Timeout.InfiniteTimeSpan : options.FlushTimeout - time.GetElapsedTime(_startedAt);

    /// <summary>How many of the first records of a run the size limit lets in; never 0 into an empty batch.</summary>
    public int Room(DeliverySegment segment)
    {
        if (scope == BatchScope.Record)
        {
            return 1;
        }

        if (options.MaxSize == 0)
        {
            return segment.Count;
        }

        var left = options.MaxSize - (_batch is null ? 0 : Size(_batch));
        if (options.Sizer == BatchSizer.Items)
        {
            return (int)Math.Min(left, segment.Count);
        }

        var count = 0;
        foreach (ref readonly var envelope in segment.Batch.Envelopes.Slice(segment.Start, segment.Count))
        {
            left -= envelope.Length;
            if (left < 0)
            {
                break;
            }

            count++;
        }

        // A record above the limit travels alone: splitting further is not possible.
        return count == 0 && _batch is null ? 1 : count;
    }

    /// <summary>Adds a run for which there is room.</summary>
    public void Add(DeliverySegment segment, DeliveryPart part)
    {
        if (_batch is null)
        {
            _batch = new DeliveryBatch { Values = values };
            _startedAt = time.GetTimestamp();
        }

        _batch.AddShared(segment, part);
    }

    public DeliveryBatch Take()
    {
        var batch = _batch ?? throw new InvalidOperationException("There is no batch to take.");
        _batch = null;
        return batch;
    }

    private long Size(DeliveryBatch batch) => options.Sizer == BatchSizer.Items ? batch.RecordCount : batch.ByteCount;
}
