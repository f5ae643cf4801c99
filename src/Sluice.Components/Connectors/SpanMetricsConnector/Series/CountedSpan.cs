using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>A span that is being counted, with what was found of it.</summary>
internal readonly ref struct CountedSpan
{
    private readonly EnvelopeBatch _batch;
    private readonly int _index;

    /// <summary>A span of a batch.</summary>
    public CountedSpan(EnvelopeBatch batch, int index)
    {
        (_batch, _index) = (batch, index);
        Envelope = ref batch.Envelopes[index];
    }

    /// <summary>Its header.</summary>
    public readonly ref readonly Envelope Envelope;

    /// <summary>The encoded <c>Span</c>.</summary>
    public required ReadOnlySpan<byte> Message { get; init; }

    /// <summary>What its resource adds.</summary>
    public required ResourceSource Source { get; init; }

    /// <summary>Its name, UTF-8.</summary>
    public required ReadOnlySpan<byte> Name { get; init; }

    /// <summary>When it ended, in nanoseconds since 1970.</summary>
    public required long EndUnixNano { get; init; }

    /// <summary>How long it took, in the configured unit.</summary>
    public required double Duration { get; init; }

    /// <summary>How many spans it stands for.</summary>
    public required SpanWeight Weight { get; init; }

    /// <summary>When it was received, in nanoseconds since 1970.</summary>
    public required long ReceivedUnixNano { get; init; }

    /// <summary>Where it stands, if some series may hold it already.</summary>
    public required RecordId? Position { get; init; }

    /// <summary>The encoded <c>InstrumentationScope</c>.</summary>
    public ReadOnlySpan<byte> Scope => _batch.GetRecord(_index).Scope;
}
