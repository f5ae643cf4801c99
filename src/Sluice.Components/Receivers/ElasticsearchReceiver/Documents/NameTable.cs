using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>Values by names in UTF-8, made once from names that are known beforehand. Looks up without allocating.</summary>
internal sealed class NameTable<T>
{
    private readonly (byte[] Name, T Value)?[] _slots;

    public NameTable(IReadOnlyCollection<KeyValuePair<string, T>> entries)
    {
        _slots = new (byte[], T)?[(int)BitOperations.RoundUpToPowerOf2((uint)entries.Count * 4)];
        foreach (var (text, value) in entries)
        {
            var name = Encoding.UTF8.GetBytes(text);
            var slot = SlotOf(name);
            while (_slots[slot] is not null)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = (name, value);
        }
    }

    /// <summary>Finds the value of a name.</summary>
    /// <returns>False when the name is not known.</returns>
    public bool TryGet(ReadOnlySpan<byte> name, out T value)
    {
        for (var slot = SlotOf(name); _slots[slot] is { } entry; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (name.SequenceEqual(entry.Name))
            {
                value = entry.Value;
                return true;
            }
        }

        value = default!;
        return false;
    }

    /// <summary>Names of fields differ in length, beginning or end.</summary>
    private int SlotOf(ReadOnlySpan<byte> name)
    {
        var hash = (uint)name.Length * 0x9E37_79B9;
        if (name.Length >= sizeof(uint))
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(name) * 0x85EB_CA6B;
            hash = BitOperations.RotateLeft(hash, 13) ^ (BinaryPrimitives.ReadUInt32LittleEndian(name[^sizeof(uint)..]) * 0xC2B2_AE35);
        }
        else
        {
            foreach (var next in name)
            {
                hash = (hash ^ next) * 0x0100_0193;
            }
        }

        return (int)((hash ^ (hash >> 15)) & (uint)(_slots.Length - 1));
    }
}
