namespace Sluice.Telemetry.Editing;

/// <content>Where changed messages lie.</content>
public sealed partial class BatchView
{
    /// <summary>Bytes of the slab that something points to; the rest was edited again or dropped.</summary>
    private int _liveBytes;

    /// <summary>Keeps bytes in the slab, in the place of the old ones when they are there and fit.</summary>
    /// <returns>Where they start.</returns>
    private int Store(ReadOnlySpan<byte> bytes, bool replaces, int oldOffset, int oldLength)
    {
        var replaced = replaces ? oldLength : 0;
        var live = (long)_liveBytes - replaced + bytes.Length;
        if (live > _pool.SlabLimit)
        {
            throw new SlabLimitException(live, _pool.SlabLimit);
        }

        if (replaces && bytes.Length <= oldLength)
        {
            bytes.CopyTo(_slab.WrittenForUpdate[oldOffset..]);
            _liveBytes = (int)live;
            return oldOffset;
        }

        if (_slab.Capacity - _slab.Length < bytes.Length)
        {
            MoveSlab(_liveBytes + bytes.Length);
        }

        var offset = _slab.Length;
        _slab.Write(bytes);
        _spareSlab.Dispose();
        _liveBytes = (int)live;
        return offset;
    }

    /// <summary>
    /// Moves what is live to a larger slab. The old memory stays readable until the caller lets go of <see cref="_spareSlab"/>, because
    /// the bytes to store may lie in it.
    /// </summary>
    private void MoveSlab(int needed)
    {
        // Half as much again, so that editing the same records over and over moves each byte a bounded number of times.
        _spareSlab.GetSpan(needed + (needed / 2));
        if (_ownsEnvelopes)
        {
            foreach (ref var envelope in _envelopes.AsSpan(0, _count))
            {
                if ((envelope.Flags & EnvelopeFlags.InSlab) != EnvelopeFlags.None)
                {
                    envelope.Offset = Move(envelope.Offset, envelope.Length);
                }
            }
        }

        foreach (ref var resource in _ownsResources ? _resources.AsSpan(0, Source.Resources.Length) : [])
        {
            if (resource.InSlab)
            {
                var offset = Move(resource.Offset, resource.Length);
                var service = resource.ServiceOffset < 0 ? -1 : resource.ServiceOffset - resource.Offset + offset;
                resource = resource with { Offset = offset, ServiceOffset = service };
            }
        }

        foreach (ref var scope in _ownsScopes ? _scopes.AsSpan(0, Source.Scopes.Length) : [])
        {
            if (scope.InSlab)
            {
                scope = scope with { Offset = Move(scope.Offset, scope.Length) };
            }
        }

        (_slab, _spareSlab) = (_spareSlab, _slab);
    }

    private int Move(int offset, int length)
    {
        var moved = _spareSlab.Length;
        _spareSlab.Write(_slab.WrittenSpan.Slice(offset, length));
        return moved;
    }
}
