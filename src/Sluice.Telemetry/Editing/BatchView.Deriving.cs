namespace Sluice.Telemetry.Editing;

/// <content>Views of views, and what they leave out.</content>
public sealed partial class BatchView
{
    /// <summary>Keeps the records whose mark shares a bit with the mask; they keep their order. A view that keeps all stays untouched.</summary>
    /// <param name="marks">One for each record of the view, in its order.</param>
    /// <param name="mask">The bits.</param>
    /// <returns>Records dropped.</returns>
    public int Keep(ReadOnlySpan<ulong> marks, ulong mask)
    {
        var all = Envelopes;
        ArgumentOutOfRangeException.ThrowIfNotEqual(marks.Length, all.Length, nameof(marks));
        var first = 0;
        while (first < all.Length && (marks[first] & mask) != 0)
        {
            first++;
        }

        if (first == all.Length)
        {
            return 0;
        }

        var kept = BeginCompaction(all, first);
        var write = first;
        for (var read = first; read < all.Length; read++)
        {
            if ((marks[read] & mask) == 0)
            {
                Forget(in all[read]);
            }
            else
            {
                kept[write++] = all[read];
            }
        }

        _count = write;
        _ownsEnvelopes = true;
        return all.Length - write;
    }

    /// <summary>Starts as the other view is now. What either does from then on the other does not see.</summary>
    internal void Begin(BatchView other)
    {
        _source = other.Source;
        if (other._ownsEnvelopes)
        {
            Copy(other.Envelopes, ref _envelopes);
            _count = other._count;
            _ownsEnvelopes = true;
        }

        if (other._ownsResources)
        {
            Copy(other.Resources, ref _resources);
            _ownsResources = true;
        }

        if (other._ownsScopes)
        {
            Copy(other.Scopes, ref _scopes);
            _ownsScopes = true;
        }

        if (other._slab.Length > 0)
        {
            _slab.Write(other._slab.WrittenSpan);
            _liveBytes = other._liveBytes;
        }
    }
}
