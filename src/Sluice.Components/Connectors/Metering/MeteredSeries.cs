using Sluice.Buffers;
using Sluice.Journal;

namespace Sluice.Components.Connectors.Metering;

/// <summary>What is counted together, in fixed memory.</summary>
/// <param name="id">Its number in the state.</param>
/// <param name="group">Under which resource it is given out.</param>
/// <param name="kind">Which of the connector's metrics it is of: a number that is in the state.</param>
/// <param name="key">What tells it from others.</param>
/// <param name="attributes">The attributes of its data points: encoded <c>KeyValue</c>s, each behind its length.</param>
internal abstract class MeteredSeries(uint id, ResourceGroup group, int kind, byte[] key, byte[] attributes)
{
    /// <summary>The next one in the same place of the table.</summary>
    internal MeteredSeries? Next;

    public uint Id { get; } = id;

    public ResourceGroup Group { get; } = group;

    public int KindNumber { get; } = kind;

    public byte[] Key { get; } = key;

    /// <summary>Of its key.</summary>
    public int Hash { get; } = ByteKeyComparer.Instance.GetHashCode(key);

    public byte[] Attributes { get; } = attributes;

    /// <summary>Since when it counts, in nanoseconds since 1970.</summary>
    public long StartUnixNano { get; set; }

    /// <summary>When the newest of what it counts was received.</summary>
    public long SeenUnixNano { get; private set; }

    /// <summary>When it was given out last; 0 for never.</summary>
    public long EmittedUnixNano { get; set; }

    public ulong Count { get; private set; }

    /// <summary>The records before this are in it.</summary>
    public RecordId Covers { get; set; }

    /// <summary>The state in the table is not this.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Its number stands in the table.</summary>
    public bool IsKnown { get; set; }

    /// <summary>It counts what is beyond the limit.</summary>
    public abstract bool IsOverflow { get; }

    /// <summary>About as many bytes as its data points and its state have at most.</summary>
    public virtual int Size => 200 + Key.Length + (3 * Attributes.Length);

    /// <summary>Counts.</summary>
    /// <param name="count">How many. What data points cannot hold is left out: senders may claim anything.</param>
    /// <param name="receivedUnixNano">When they were received.</param>
    /// <returns>How many of them were counted.</returns>
    public ulong Add(ulong count, long receivedUnixNano)
    {
        count = Math.Min(count, long.MaxValue - Count);
        Count += count;
        SeenUnixNano = receivedUnixNano;
        return count;
    }

    /// <summary>It was given out.</summary>
    public virtual void MarkEmitted(long unixNano) => EmittedUnixNano = unixNano;

    /// <summary>Starts anew, after its delta was given out.</summary>
    public virtual void Restart(long unixNano)
    {
        Count = 0;
        StartUnixNano = unixNano;
    }

    public virtual void Save(StateWriter state)
    {
        state.Fixed64(Covers.Epoch);
        state.Fixed64(Covers.Sequence);
        state.Fixed64((ulong)StartUnixNano);
        state.Fixed64((ulong)SeenUnixNano);
        state.Fixed64((ulong)EmittedUnixNano);
        state.Varint(Count);
    }

    public virtual void Load(ref StateReader state)
    {
        Covers = new RecordId(state.Fixed64(), state.Fixed64());
        StartUnixNano = (long)state.Fixed64();
        SeenUnixNano = (long)state.Fixed64();
        EmittedUnixNano = (long)state.Fixed64();
        Count = state.Varint();
    }
}
