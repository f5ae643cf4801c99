using System.Buffers.Binary;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>128 bits that tell contents apart whoever chose them: two hashes with seeds of their own, drawn when the process starts.</summary>
internal struct ContentHash : IEquatable<ContentHash>
{
    private static readonly ulong FirstSeed = (ulong)Random.Shared.NextInt64() | 1;
    private static readonly ulong SecondSeed = (ulong)Random.Shared.NextInt64() | 1;

    private ulong _first;
    private ulong _second;

    /// <summary>Adds bytes, behind what was added before.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        var rest = 0UL;
        foreach (var next in bytes)
        {
            rest = (rest << 8) | next;
        }

        Add(rest);
    }

    /// <summary>Adds a number.</summary>
    public void Add(ulong number)
    {
        _first = Mix(_first, number, FirstSeed);
        _second = Mix(_second, number, SecondSeed);
    }

    /// <summary>Adds attributes, whatever their order; those that say where a document goes do not count.</summary>
    public void AddAttributes(ReadOnlySpan<byte> message, int field)
    {
        var (first, second) = (0UL, 0UL);
        foreach (var attribute in new AttributeEnumerator(message, field))
        {
            if (!ReservedAttributes.IsReserved(attribute.Key))
            {
                var one = default(ContentHash);
                one.Add(attribute.Key);
                one.Add(attribute.EncodedValue);
                first += one._first;
                second += one._second;
            }
        }

        _first = Mix(_first, first, FirstSeed);
        _second = Mix(_second, second, SecondSeed);
    }

    public readonly bool Equals(ContentHash other) => _first == other._first && _second == other._second;

    public override readonly bool Equals(object? obj) => obj is ContentHash other && Equals(other);

    public override readonly int GetHashCode() => (int)_first;

    private static ulong Mix(ulong hash, ulong next, ulong seed)
    {
        var high = Math.BigMul(hash ^ next ^ seed, seed ^ 0x9E37_79B9_7F4A_7C15, out ulong low);
        return (high ^ low) + seed;
    }
}
