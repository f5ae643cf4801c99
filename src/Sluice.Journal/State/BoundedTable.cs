namespace Sluice.Journal;

/// <summary>
/// A table in memory: a chained hash table whose slots also form a list in the order of writing, so that the oldest is found at once for
/// eviction and expiry. Shared by all kinds of journal; changed under the journal's gate only.
/// </summary>
/// <remarks>
/// A slot costs 36 bytes and one array that holds key and value together. A value is never overwritten in place: a reader may still
/// hold its memory. Hashes are seeded per process, since keys may come from outside.
/// <para>What is in it is decided by the groups and the times written in them, so that replaying them gives the same table. Reading
/// therefore only steps over what has expired by the clock; the next group removes it.</para>
/// </remarks>
internal sealed partial class BoundedTable(string name, int ordinal, JournalState journal, TimeProvider time) : JournalTable
{
    private const int None = -1;

    private int[] _buckets = NewBuckets(16);
    private Slot[] _slots = new Slot[16];
    private int _used;
    private int _free = None;
    private int _oldest = None;
    private int _newest = None;
    private int _count;
    private long _evicted;
    private int _maxEntries = int.MaxValue;
    private long _expiryTicks = long.MaxValue;

    public override string Name => name;

    public override int Count
    {
        get
        {
            lock (journal.Gate)
            {
                return _count - CountExpired();
            }
        }
    }

    public override long Evicted => Interlocked.Read(ref _evicted);

    internal JournalState Journal => journal;

    /// <summary>Its index among all tables of the journal.</summary>
    internal int Ordinal => ordinal;

    internal int MaxEntries => _maxEntries;

    /// <summary>How long an entry lives; null: for ever.</summary>
    internal long? ExpiryTicks => _expiryTicks == long.MaxValue ? null : _expiryTicks;

    public override bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        var hash = Hash(key);
        lock (journal.Gate)
        {
            var index = Find(key, hash);
            if (index == None || IsExpired(_slots[index], Now()))
            {
                value = default;
                return false;
            }

            value = _slots[index].Value;
            return true;
        }
    }

    public override IReadOnlyList<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Snapshot()
    {
        lock (journal.Gate)
        {
            var now = Now();
            var copy = new List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>>(_count);
            for (var index = _oldest; index != None; index = _slots[index].Newer)
            {
                if (!IsExpired(_slots[index], now))
                {
                    copy.Add(new(_slots[index].Key, _slots[index].Value));
                }
            }

            return copy;
        }
    }

    /// <summary>Whether these are its limits already.</summary>
    internal bool HasLimits(JournalTableOptions options) => _maxEntries == options.MaxEntries && ExpiryTicks == options.Expiry?.Ticks;

    /// <summary>Takes limits over; what is beyond them goes at once.</summary>
    internal void Limit(int maxEntries, long? expiryTicks, long now)
    {
        _maxEntries = maxEntries;
        _expiryTicks = expiryTicks ?? long.MaxValue;
        Expire(now);
        EvictBeyond(_maxEntries);
    }

    /// <summary>Removes what has expired at the time of a group.</summary>
    internal void Expire(long now)
    {
        while (_oldest != None && IsExpired(_slots[_oldest], now))
        {
            RemoveAt(_oldest);
        }
    }

    /// <summary>Applies a committed put.</summary>
    internal void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long now)
    {
        var hash = Hash(key);
        Remove(key, hash);
        EvictBeyond(_maxEntries - 1);
        Add(key, value, hash, now);
    }

    /// <summary>Applies a committed delete.</summary>
    internal void Remove(ReadOnlySpan<byte> key) => Remove(key, Hash(key));

    private static int[] NewBuckets(int count)
    {
        var buckets = new int[count];
        Array.Fill(buckets, None);
        return buckets;
    }

    private static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }

    private long Now() => time.GetUtcNow().UtcTicks;

    private bool IsExpired(in Slot slot, long now) => _expiryTicks != long.MaxValue && now - slot.WrittenTicks >= _expiryTicks;

    /// <summary>Entries at the old end that have expired by the clock and are not removed yet.</summary>
    private int CountExpired()
    {
        var now = Now();
        var count = 0;
        for (var index = _oldest; index != None && IsExpired(_slots[index], now); index = _slots[index].Newer)
        {
            count++;
        }

        return count;
    }

    private void EvictBeyond(int entries)
    {
        while (_count > entries)
        {
            RemoveAt(_oldest);
            Interlocked.Increment(ref _evicted);
        }
    }

    /// <summary>Adds an entry whose key is not there as the newest.</summary>
    private void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int hash, long written)
    {
        var data = GC.AllocateUninitializedArray<byte>(key.Length + value.Length);
        key.CopyTo(data);
        value.CopyTo(data.AsSpan(key.Length));
        var index = TakeSlot();
        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        _slots[index] = new Slot { Data = data, KeyLength = key.Length, Hash = hash, NextInBucket = bucket, Older = _newest, Newer = None, WrittenTicks = written };
        bucket = index;
        if (_newest == None)
        {
            _oldest = index;
        }
        else
        {
            _slots[_newest].Newer = index;
        }

        _newest = index;
        _count++;
    }

    private int Find(ReadOnlySpan<byte> key, int hash)
    {
        for (var index = _buckets[hash & (_buckets.Length - 1)]; index != None; index = _slots[index].NextInBucket)
        {
            ref var slot = ref _slots[index];
            if (slot.Hash == hash && slot.KeyLength == key.Length && key.SequenceEqual(slot.Data.AsSpan(0, slot.KeyLength)))
            {
                return index;
            }
        }

        return None;
    }

    private void Remove(ReadOnlySpan<byte> key, int hash)
    {
        var index = Find(key, hash);
        if (index != None)
        {
            RemoveAt(index);
        }
    }

    private void RemoveAt(int index)
    {
        ref var slot = ref _slots[index];
        ref var link = ref _buckets[slot.Hash & (_buckets.Length - 1)];
        while (link != index)
        {
            link = ref _slots[link].NextInBucket;
        }

        link = slot.NextInBucket;
        if (slot.Older == None)
        {
            _oldest = slot.Newer;
        }
        else
        {
            _slots[slot.Older].Newer = slot.Newer;
        }

        if (slot.Newer == None)
        {
            _newest = slot.Older;
        }
        else
        {
            _slots[slot.Newer].Older = slot.Older;
        }

        slot = new Slot { Data = [], NextInBucket = _free };
        _free = index;
        _count--;
    }

    private int TakeSlot()
    {
        if (_free != None)
        {
            var index = _free;
            _free = _slots[index].NextInBucket;
            return index;
        }

        if (_used == _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(_used + 16, (int)Math.Min(_used * 3L / 2, Array.MaxLength)));
        }

        if (_used >= _buckets.Length && _buckets.Length < 1 << 30)
        {
            Rehash(_buckets.Length * 2);
        }

        return _used++;
    }

    private void Rehash(int size)
    {
        _buckets = NewBuckets(size);
        for (var index = _oldest; index != None; index = _slots[index].Newer)
        {
            ref var bucket = ref _buckets[_slots[index].Hash & (size - 1)];
            _slots[index].NextInBucket = bucket;
            bucket = index;
        }
    }

    internal struct Slot
    {
        /// <summary>The key and the value behind it.</summary>
        public byte[] Data;
        public long WrittenTicks;
        public int KeyLength;
        public int Hash;

        /// <summary>The next of the same bucket, or of the free slots.</summary>
        public int NextInBucket;
        public int Older;
        public int Newer;

        public readonly ReadOnlyMemory<byte> Key => Data.AsMemory(0, KeyLength);

        public readonly ReadOnlyMemory<byte> Value => Data.AsMemory(KeyLength);
    }
}
