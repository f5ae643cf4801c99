using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// The batches that one reader gathers at the same time. Journal order needs all signals in one batch; otherwise each has its own, since most
/// destinations take one signal a request. Where batches are partitioned, each combination of values has its own.
/// </summary>
internal sealed class OpenBatches : IDisposable
{
    private readonly BatchBuilder[] _shared;
    private readonly PartitionTable? _partitions;

    public OpenBatches(DeliveryOrder order, DeliveryOptions options, TimeProvider time)
    {
        var (batch, partitioning) = (options.SendingQueue.Batch ?? options.DefaultBatch, options.Partitioning);
        _shared = Create(RequestValues.None);
        if (partitioning.Properties.Count > 0)
        {
            // In journal order a batch ends where the values change.
            _partitions = new PartitionTable(order == DeliveryOrder.Journal ? partitioning with { Limit = 1 } : partitioning, Create);
        }

        BatchBuilder[] Create(RequestValues values)
        {
            var one = new BatchBuilder(batch, options.Scope, values, time);
            return order == DeliveryOrder.Journal
                ? [one, one, one]
                : [one, new BatchBuilder(batch, options.Scope, values, time), new BatchBuilder(batch, options.Scope, values, time)];
        }
    }

    /// <summary>Chooses the batches for the records of a request.</summary>
    /// <param name="context">The encoded context of the request.</param>
    /// <param name="builders">By signal.</param>
    /// <returns>False when the bytes are no context, so that nobody knows whose the records are.</returns>
    public bool TryFind(ReadOnlySpan<byte> context, out BatchBuilder[] builders)
    {
        builders = _shared;
        return _partitions is null || _partitions.TryFind(context, out builders);
    }

    /// <summary>
    /// Forgets the partition that was not used for the longest time, when there are too many: never the one just found. What it has gathered is
    /// to be handed on, before anything is added to the others.
    /// </summary>
    public bool TryForget(out BatchBuilder[] builders)
    {
        builders = _shared;
        return _partitions is not null && _partitions.TryForget(out builders);
    }

    /// <summary>All that may have gathered something.</summary>
    public Enumerator GetEnumerator() => new(_shared, _partitions?.First);

    /// <summary>Gives back what was gathered.</summary>
    public void Dispose()
    {
        foreach (var builder in this)
        {
            if (!builder.IsEmpty)
            {
                builder.Take().Release();
            }
        }

        _partitions?.Dispose();
    }

    /// <summary>Goes through the builders without allocating.</summary>
    public struct Enumerator(BatchBuilder[] builders, LinkedListNode<Partition>? next)
    {
        private BatchBuilder[] _builders = builders;
        private LinkedListNode<Partition>? _next = next;
        private int _index = -1;

        public readonly BatchBuilder Current => _builders[_index];

        public bool MoveNext()
        {
            if (++_index < _builders.Length)
            {
                return true;
            }

            if (_next is null)
            {
                return false;
            }

            (_builders, _next, _index) = (_next.Value.Builders, _next.Next, 0);
            return true;
        }
    }
}
