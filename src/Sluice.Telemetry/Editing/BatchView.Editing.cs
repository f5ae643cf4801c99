using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Editing;

/// <content>What changes a view.</content>
public sealed partial class BatchView
{
    /// <summary>Drops the records for which the predicate holds; the others keep their order. A view that loses none stays untouched.</summary>
    /// <returns>Records dropped.</returns>
    /// <remarks>When the predicate throws, the records it was asked about before have been handled, the others are left.</remarks>
    public int RemoveWhere<TState>(TState state, RecordPredicate<TState> predicate)
        where TState : allows ref struct
    {
        var all = Envelopes;
        var first = 0;
        while (first < all.Length && !predicate(state, MakeView(in all[first])))
        {
            first++;
        }

        if (first == all.Length)
        {
            return 0;
        }

        var kept = BeginCompaction(all, first);
        Forget(in all[first]);
        var write = first;
        var read = first + 1;
        try
        {
            for (; read < all.Length; read++)
            {
                if (predicate(state, MakeView(in all[read])))
                {
                    Forget(in all[read]);
                }
                else
                {
                    kept[write++] = all[read];
                }
            }
        }
        finally
        {
            all[read..].CopyTo(kept.AsSpan(write));
            _count = write + all.Length - read;
            _ownsEnvelopes = true;
        }

        return all.Length - _count;
    }

    /// <summary>Drops all records, and with them all edits.</summary>
    public void Clear()
    {
        _ = Source;
        _slab.Clear();
        _liveBytes = 0;
        _ownsResources = _ownsScopes = false;
        _ownsEnvelopes = true;
        _count = 0;
    }

    /// <summary>Puts a message in the place of a record's, and derives its header anew.</summary>
    /// <param name="index">Which record.</param>
    /// <param name="message">The encoded <c>LogRecord</c>, <c>Span</c> or <c>Metric</c>; copied. May point into this view.</param>
    /// <exception cref="InvalidEditException">The indexer would refuse the message.</exception>
    /// <exception cref="SlabLimitException">The view holds too many edited bytes.</exception>
    public void ReplaceRecord(int index, ReadOnlySpan<byte> message)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        var header = Envelopes[index];
        if (!OtlpIndexer.TryIndexRecord(Signal, message, ref header, IndexLimits.Default, out var reason))
        {
            throw new InvalidEditException("record", reason);
        }

        OwnEnvelopes();
        var old = _envelopes[index];
        header.Offset = Store(message, (old.Flags & EnvelopeFlags.InSlab) != EnvelopeFlags.None, old.Offset, old.Length);
        header.Length = message.Length;
        header.Flags |= EnvelopeFlags.InSlab;
        _envelopes[index] = header;
    }

    /// <summary>Puts other fields in the place of a resource container's own, and derives the service anew.</summary>
    /// <param name="index">Which of <see cref="Resources"/>.</param>
    /// <param name="ownFields">All fields of the container except its scopes (see <see cref="OtlpContainer"/>); copied. May point into this view.</param>
    /// <exception cref="InvalidEditException">The indexer would refuse the container.</exception>
    /// <exception cref="SlabLimitException">The view holds too many edited bytes.</exception>
    public void ReplaceResource(int index, ReadOnlySpan<byte> ownFields)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Resources.Length, nameof(index));
        if (!OtlpIndexer.TryIndexResource(ownFields, IndexLimits.Default, out var serviceOffset, out var serviceLength, out var reason))
        {
            throw new InvalidEditException("resource", reason);
        }

        if (!_ownsResources)
        {
            Copy(Source.Resources, ref _resources);
            _ownsResources = true;
        }

        var old = _resources[index];
        var parts = OtlpContainer.Locate(ownFields);
        var offset = Store(ownFields, old.InSlab, old.Offset, old.Length);
        _resources[index] = new ResourceEntry(
            offset, ownFields.Length, serviceOffset < 0 ? -1 : offset + serviceOffset, serviceLength, InSlab: true)
        {
            Parts = parts,
        };
    }

    /// <summary>Puts another <c>Resource</c> in the place of a container's; its schema URL and unknown fields stay.</summary>
    /// <param name="index">Which of <see cref="Resources"/>.</param>
    /// <param name="resource">The encoded message; copied. May point into this view.</param>
    /// <exception cref="InvalidEditException">The indexer would refuse the message.</exception>
    /// <exception cref="SlabLimitException">The view holds too many edited bytes.</exception>
    public void ReplaceResourceMessage(int index, ReadOnlySpan<byte> resource)
    {
        var container = GetResourceContainer(index);
        _fields.Clear();
        var writer = new ProtoWriter(_fields);
        writer.Bytes(OtlpContainer.Own, resource);
        var reader = new ProtoReader(container);
        while (reader.TryReadTag() && reader.TrySkip())
        {
            if (reader.WireType != WireType.LengthDelimited || reader.Field is not (OtlpContainer.Own or OtlpContainer.Children))
            {
                writer.Raw(reader.FieldBytes);
            }
        }

        ReplaceResource(index, _fields.WrittenSpan);
    }

    /// <summary>Puts other fields in the place of a scope container's own.</summary>
    /// <param name="index">Which of <see cref="Scopes"/>.</param>
    /// <param name="ownFields">All fields of the container except its records; copied. May point into this view.</param>
    /// <exception cref="InvalidEditException">The indexer would refuse the container.</exception>
    /// <exception cref="SlabLimitException">The view holds too many edited bytes.</exception>
    public void ReplaceScope(int index, ReadOnlySpan<byte> ownFields)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Scopes.Length, nameof(index));
        if (!OtlpIndexer.TryIndexScope(ownFields, IndexLimits.Default, out var reason))
        {
            throw new InvalidEditException("scope", reason);
        }

        if (!_ownsScopes)
        {
            Copy(Source.Scopes, ref _scopes);
            _ownsScopes = true;
        }

        var old = _scopes[index];
        var parts = OtlpContainer.Locate(ownFields);
        var offset = Store(ownFields, old.InSlab, old.Offset, old.Length);
        _scopes[index] = new ScopeEntry(old.Resource, offset, ownFields.Length, InSlab: true) { Parts = parts };
    }

    private static void Copy<T>(ReadOnlySpan<T> source, ref T[] table)
    {
        if (table.Length < source.Length)
        {
            table = new T[source.Length];
        }

        source.CopyTo(table);
    }

    private void OwnEnvelopes()
    {
        if (!_ownsEnvelopes)
        {
            Copy(Source.Envelopes, ref _envelopes);
            _count = Source.Count;
            _ownsEnvelopes = true;
        }
    }

    /// <summary>The table that survivors are moved to: in place when the view owns one, else its own, filled up to <paramref name="first"/>.</summary>
    private Envelope[] BeginCompaction(ReadOnlySpan<Envelope> all, int first)
    {
        if (!_ownsEnvelopes)
        {
            if (_envelopes.Length < all.Length)
            {
                _envelopes = new Envelope[all.Length];
            }

            all[..first].CopyTo(_envelopes);
        }

        return _envelopes;
    }

    private void Forget(ref readonly Envelope envelope)
    {
        if ((envelope.Flags & EnvelopeFlags.InSlab) != EnvelopeFlags.None)
        {
            _liveBytes -= envelope.Length;
        }
    }
}
