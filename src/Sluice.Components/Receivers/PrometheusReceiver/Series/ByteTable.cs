namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>
/// Values by keys of bytes, with numbers in the order in which the keys came. The keys stand one behind the other in one array: a row costs its key, its
/// value and 16 bytes. Hashes are seeded by the process, since keys come from outside.
/// </summary>
/// <typeparam name="T">The value.</typeparam>
internal sealed class ByteTable<T>
    where T : struct
{
    /// <summary>The number of the first row of each bucket, plus one.</summary>
    private int[] _buckets = new int[8];
    private Row[] _rows = new Row[8];
    private byte[] _keys = new byte[128];
    private int _last = -1;

    public int Count { get; private set; }

    /// <summary>The value of a row. Holds until the next row is added.</summary>
    public ref T this[int number] => ref _rows[number].Value;

    /// <summary>The key of a row. Holds for ever.</summary>
    public ReadOnlySpan<byte> Key(int number)
    {
        var start = number == 0 ? 0 : _rows[number - 1].End;
        return _keys.AsSpan(start, _rows[number].End - start);
    }

    /// <summary>The number of a key; -1 when it is not there.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        // Samples of one metric stand together.
        if (_last >= 0 && Key(_last).SequenceEqual(key))
        {
            return _last;
        }

        return Find(key, Hash(key));
    }

    /// <summary>The number of a key, which is added when it is not there.</summary>
    public int GetOrAdd(ReadOnlySpan<byte> key, out bool isNew)
    {
        isNew = false;
        if (_last >= 0 && Key(_last).SequenceEqual(key))
        {
            return _last;
        }

        var hash = Hash(key);
        var number = Find(key, hash);
        if (number < 0)
        {
            isNew = true;
            number = Add(key, hash);
        }

        return _last = number;
    }

    private static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }

    private int Find(ReadOnlySpan<byte> key, int hash)
    {
        for (var number = _buckets[hash & (_buckets.Length - 1)] - 1; number >= 0; number = _rows[number].Next)
        {
            if (_rows[number].Hash == hash && Key(number).SequenceEqual(key))
            {
                return number;
            }
        }

        return -1;
    }

    private int Add(ReadOnlySpan<byte> key, int hash)
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, 2 * Count);
            Rehash();
        }

        var start = Count == 0 ? 0 : _rows[Count - 1].End;
        if (_keys.Length - start < key.Length)
        {
            Array.Resize(ref _keys, Math.Max(2 * _keys.Length, start + key.Length));
        }

        key.CopyTo(_keys.AsSpan(start));
        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        _rows[Count] = new Row { Hash = hash, Next = bucket - 1, End = start + key.Length };
        bucket = ++Count;
        return Count - 1;
    }

    private void Rehash()
    {
        _buckets = new int[_rows.Length];
        for (var number = 0; number < Count; number++)
        {
            ref var bucket = ref _buckets[_rows[number].Hash & (_buckets.Length - 1)];
            _rows[number].Next = bucket - 1;
            bucket = number + 1;
        }
    }

    private struct Row
    {
        public int Hash;
        public int Next;
        public int End;
        public T Value;
    }
}
