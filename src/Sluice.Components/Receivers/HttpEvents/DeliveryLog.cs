using System.Collections.Concurrent;
using Sluice.Journal;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.HttpEvents;

/// <summary>
/// The deliveries that were taken: those on their way to the journal in memory, those committed in a table of the journal. Whoever brings
/// a delivery that is on its way waits for what becomes of it. Thread-safe.
/// </summary>
internal sealed class DeliveryLog(JournalTable table)
{
    private readonly ConcurrentDictionary<DeliveryKey, TaskCompletionSource> _underWay = new();

    /// <summary>Deliveries forgotten because there were too many.</summary>
    public long Forgotten => table.Evicted;

    /// <summary>Claims a delivery. It waits while another request holds the claim, which is as long as a commit takes.</summary>
    /// <returns>True when the caller is to take it in, put <see cref="Entry"/> into its group, and <see cref="Release"/> it; false when it is durable already.</returns>
    public async ValueTask<bool> ClaimAsync(DeliveryKey key)
    {
        var claim = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            var holder = _underWay.GetOrAdd(key, claim);
            if (holder != claim)
            {
                await holder.Task;
                continue;
            }

            if (!table.TryGet(key.ToBytes(), out _))
            {
                return true;
            }

            Release(key);
            return false;
        }
    }

    /// <summary>Gives a claim back, whatever became of the delivery.</summary>
    public void Release(DeliveryKey key)
    {
        if (_underWay.TryRemove(key, out var claim))
        {
            claim.SetResult();
        }
    }

    /// <summary>What makes the delivery known, together with its records.</summary>
    public TablePut Entry(DeliveryKey key) => new(table, key.ToBytes(), default);
}
