using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sluice.Telemetry.Encoders;

/// <summary>
/// The keys met so far in one list of <c>KeyValue</c>, to leave out repetitions, which JSON objects must not hold. Emptied in constant
/// time; a key costs constant time however many there are and whoever chose them (the hash is seeded at random).
/// </summary>
internal sealed class KeySet
{
    private const int InitialCapacity = 64;
    private const int RetainedCapacity = 4096;

    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64() | 1;

    private Entry[] _entries = new Entry[InitialCapacity];
    private int _generation;
    private int _count;

    /// <summary>Forgets all keys.</summary>
    public void Clear()
    {
        _count = 0;
        if (_entries.Length > RetainedCapacity)
        {
            _entries = new Entry[InitialCapacity];
        }

        if (++_generation == int.MaxValue)
        {
            _entries.AsSpan().Clear();
            _generation = 1;
        }
    }

    /// <summary>Adds a key.</summary>
    /// <param name="message">The message that holds the list.</param>
    /// <param name="key">The key.</param>
    /// <param name="offset">Where in <paramref name="message"/> the key's <c>KeyValue</c> starts.</param>
    /// <param name="length">Bytes of that <c>KeyValue</c>.</param>
    /// <returns>False when the key is there already.</returns>
    public bool Add(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, int offset, int length)
    {
        if (_count * 2 >= _entries.Length)
        {
            Grow();
        }

        var hash = Hash(key);
        var entries = _entries;
        var mask = entries.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            ref var entry = ref entries[slot];
            if (entry.Generation != _generation)
            {
                entry = new Entry(hash, _generation, offset, length);
                _count++;
                return true;
            }

            if (entry.Hash == hash && new Attribute(message.Slice(entry.Offset, entry.Length)).Key.SequenceEqual(key))
            {
                return false;
            }
        }
    }

    private void Grow()
    {
        var larger = new Entry[_entries.Length * 2];
        var mask = larger.Length - 1;
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.Generation == _generation)
            {
                var slot = (int)entry.Hash & mask;
                while (larger[slot].Generation == _generation)
                {
                    slot = (slot + 1) & mask;
                }

                larger[slot] = entry;
            }
        }

        _entries = larger;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hash(ReadOnlySpan<byte> key)
    {
        var hash = Seed ^ (ulong)key.Length;
        while (key.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(key));
            key = key[8..];
        }

        var rest = 0UL;
        foreach (var next in key)
        {
            rest = (rest << 8) | next;
        }

        return Mix(hash, rest);
    }

    private static ulong Mix(ulong hash, ulong next)
    {
        var high = Math.BigMul(hash ^ next, Seed ^ 0x9E37_79B9_7F4A_7C15, out ulong low);
        return high ^ low;
    }

    private readonly record struct Entry(ulong Hash, int Generation, int Offset, int Length);
}
