using Sluice.Components.Connectors.Metering;
using Sluice.Components.Connectors.SpanMetricsConnector.Durations;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>What is counted of the spans, or events, that have the same dimensions.</summary>
internal sealed class SpanSeries(uint id, ResourceGroup group, SeriesKind kind, byte[] key, byte[] attributes, DurationHistogram? durations, SpanExample[] examples)
    : MeteredSeries(id, group, (int)kind, key, attributes)
{
    private int _examples;

    public SeriesKind Kind => (SeriesKind)KindNumber;

    /// <summary>Durations; null where it has none.</summary>
    public DurationHistogram? Durations { get; } = durations;

    public ReadOnlySpan<SpanExample> Examples => examples.AsSpan(0, _examples);

    /// <inheritdoc/>
    public override bool IsOverflow => SeriesIdentity.IsOverflow(Key);

    /// <inheritdoc/>
    public override int Size => base.Size + (Durations?.Size ?? 0) + (examples.Length * SpanExample.Size * (Kind == SeriesKind.CallsAndDurations ? 2 : 1));

    public bool CountsCalls => Kind is SeriesKind.CallsAndDurations or SeriesKind.Calls;

    /// <summary>Counts a span.</summary>
    /// <param name="duration">How long it took, in the configured unit.</param>
    /// <param name="count">How many spans it stands for.</param>
    /// <param name="receivedUnixNano">When it was received.</param>
    public void Add(double duration, ulong count, long receivedUnixNano)
    {
        count = Add(count, receivedUnixNano);
        Durations?.Add(duration, count);
    }

    public void AddExample(in SpanExample example)
    {
        if (_examples < examples.Length)
        {
            examples[_examples++] = example;
        }
    }

    /// <inheritdoc/>
    public override void MarkEmitted(long unixNano)
    {
        base.MarkEmitted(unixNano);
        _examples = 0;
    }

    /// <inheritdoc/>
    public override void Restart(long unixNano)
    {
        base.Restart(unixNano);
        Durations?.Clear();
    }

    /// <inheritdoc/>
    public override void Save(StateWriter state)
    {
        base.Save(state);
        Durations?.Save(state);
    }

    /// <inheritdoc/>
    public override void Load(ref StateReader state)
    {
        base.Load(ref state);
        Durations?.Load(ref state);
    }
}
