namespace Sluice.Journal;

/// <content>Copying it for a snapshot, and filling it from one.</content>
internal sealed partial class BoundedTable
{
    private const int MaxReserved = 1 << 20;

    /// <summary>A copy of all it holds that nothing changes any more; under the gate. One block copy, since values never change.</summary>
    internal Image Capture() => new(_slots.AsSpan(0, _used).ToArray(), _oldest, _count);

    /// <summary>Makes room for entries, and takes over what was counted.</summary>
    internal void BeginRestore(int entries, int maxEntries, long? expiryTicks, long evicted)
    {
        _maxEntries = maxEntries;
        _expiryTicks = expiryTicks ?? long.MaxValue;
        _evicted = evicted;
        // A count is only believed as far as it costs little: tables grow.
        entries = Math.Clamp(entries, 16, MaxReserved);
        _slots = new Slot[entries];
        _buckets = NewBuckets((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)entries));
    }

    /// <summary>Adds an entry as the newest.</summary>
    /// <returns>False when its key is there already.</returns>
    internal bool Restore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long writtenTicks)
    {
        var hash = Hash(key);
        if (Find(key, hash) != None)
        {
            return false;
        }

        Add(key, value, hash, writtenTicks);
        return true;
    }

    /// <summary>What a table held at one moment, the oldest entry first.</summary>
    internal readonly struct Image
    {
        private readonly Slot[] _slots;
        private readonly int _oldest;

        internal Image(Slot[] slots, int oldest, int count)
        {
            _slots = slots;
            _oldest = oldest;
            Count = count;
        }

        public int Count { get; }

        public Enumerator GetEnumerator() => new(_slots, _oldest);
    }

    internal struct Enumerator(Slot[] slots, int oldest)
    {
        private int _index = -1;
        private int _next = oldest;

        public readonly ReadOnlySpan<byte> Key => slots[_index].Key.Span;

        public readonly ReadOnlySpan<byte> Value => slots[_index].Value.Span;

        public readonly long WrittenTicks => slots[_index].WrittenTicks;

        /// <summary>Itself: the entry is what its properties say.</summary>
        public readonly Enumerator Current => this;

        public bool MoveNext()
        {
            _index = _next;
            if (_index == None)
            {
                return false;
            }

            _next = slots[_index].Newer;
            return true;
        }
    }
}
