using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;
using Sluice.Components.Connectors.SpanMetricsConnector.Durations;
using Sluice.Journal;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>What is counted of the spans that have the same dimensions, in fixed memory.</summary>
internal sealed class SpanSeries(uint id, ResourceGroup group, SeriesKind kind, byte[] key, byte[] attributes, DurationHistogram? durations, SpanExample[] examples)
{
    /// <summary>The next one in the same place of the table.</summary>
    internal SpanSeries? Next;

    private int _examples;

    /// <summary>Its number in the state.</summary>
    public uint Id { get; } = id;

    public ResourceGroup Group { get; } = group;

    public SeriesKind Kind { get; } = kind;

    public byte[] Key { get; } = key;

    /// <summary>Of its key.</summary>
    public int Hash { get; } = ByteKeyComparer.Instance.GetHashCode(key);

    /// <summary>The attributes of its data points: encoded <c>KeyValue</c>s, each behind its length.</summary>
    public byte[] Attributes { get; } = attributes;

    /// <summary>Since when it counts, in nanoseconds since 1970.</summary>
    public long StartUnixNano { get; set; }

    /// <summary>When the newest span of it was received.</summary>
    public long SeenUnixNano { get; private set; }

    /// <summary>When it was given out last; 0 for never.</summary>
    public long EmittedUnixNano { get; set; }

    /// <summary>Spans, or events.</summary>
    public ulong Count { get; private set; }

    /// <summary>Durations; null where it has none.</summary>
    public DurationHistogram? Durations { get; } = durations;

    public ReadOnlySpan<SpanExample> Examples => examples.AsSpan(0, _examples);

    /// <summary>The records before this are in it.</summary>
    public RecordId Covers { get; set; }

    /// <summary>The state in the table is not this.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Its number stands in the table.</summary>
    public bool IsKnown { get; set; }

    /// <summary>About as many bytes as its data points and its state have at most.</summary>
    public int Size => 200 + Key.Length + (3 * Attributes.Length) + (Durations?.Size ?? 0) + (examples.Length * SpanExample.Size * (Kind == SeriesKind.CallsAndDurations ? 2 : 1));

    public bool CountsCalls => Kind is SeriesKind.CallsAndDurations or SeriesKind.Calls;

    /// <summary>Counts a span.</summary>
    /// <param name="duration">How long it took, in the configured unit.</param>
    /// <param name="count">How many spans it stands for. What data points cannot hold is left out: senders may claim anything.</param>
    /// <param name="receivedUnixNano">When it was received.</param>
    public void Add(double duration, ulong count, long receivedUnixNano)
    {
        count = Math.Min(count, long.MaxValue - Count);
        Count += count;
        Durations?.Add(duration, count);
        SeenUnixNano = receivedUnixNano;
    }

    public void AddExample(in SpanExample example)
    {
        if (_examples < examples.Length)
        {
            examples[_examples++] = example;
        }
    }

    public void ForgetExamples() => _examples = 0;

    /// <summary>Starts anew, after its delta was given out.</summary>
    public void Restart(long unixNano)
    {
        Count = 0;
        Durations?.Clear();
        StartUnixNano = unixNano;
    }

    public void Save(StateWriter state)
    {
        state.Fixed64(Covers.Epoch);
        state.Fixed64(Covers.Sequence);
        state.Fixed64((ulong)StartUnixNano);
        state.Fixed64((ulong)SeenUnixNano);
        state.Fixed64((ulong)EmittedUnixNano);
        state.Varint(Count);
        Durations?.Save(state);
    }

    public void Load(ref StateReader state)
    {
        Covers = new RecordId(state.Fixed64(), state.Fixed64());
        StartUnixNano = (long)state.Fixed64();
        SeenUnixNano = (long)state.Fixed64();
        EmittedUnixNano = (long)state.Fixed64();
        Count = state.Varint();
        Durations?.Load(ref state);
    }
}
