using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Sluice.Buffers;

/// <summary>Remembers who rented each live buffer. Without tracking it holds nothing and costs a branch.</summary>
internal sealed class LeakLedger(bool tracking)
{
    private readonly ConcurrentDictionary<PooledBuffer, (string Purpose, string Stack)>? _live = tracking ? new() : null;

    public void Rented(PooledBuffer buffer, string purpose)
    {
        if (_live is not null)
        {
            // No frame is skipped: which calls still have one depends on what the compiler has inlined by then.
            _live[buffer] = (purpose, new StackTrace(fNeedFileInfo: false).ToString());
        }
    }

    public void Returned(PooledBuffer buffer) => _live?.TryRemove(buffer, out _);

    public void ThrowIfAny(int rentedCount)
    {
        if (rentedCount == 0)
        {
            return;
        }

        var text = new StringBuilder().Append(rentedCount).Append(" pooled buffers were not returned.");
        foreach (var (buffer, (purpose, stack)) in _live ?? [])
        {
            text.AppendLine().Append(purpose).Append(" (").Append(buffer.Capacity).AppendLine(" bytes), rented at:").Append(stack);
        }

        throw new BufferLeakException(text.ToString());
    }
}
