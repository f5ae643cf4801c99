using Sluice.Telemetry.Sampling;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>
/// How many spans a span stands for: one that a sampler kept with probability p, and said so in the trace state (<c>ot=th:…</c>), for 1/p
/// (OpenTelemetry specification, "TraceState: Probability Sampling", adjusted count).
/// </summary>
internal sealed class SpanWeights
{
    private const int FractionBits = 53;

    /// <summary>The trace state that was read last: those of one sampler are mostly the same.</summary>
    private readonly byte[] _text = new byte[SamplingTraceState.MaxLength];

    private int _length = -1;
    private double _weight = 1;
    private bool _isExtrapolated;

    /// <summary>Reads a trace state. One that is malformed or without a threshold leaves a span standing for itself.</summary>
    /// <param name="traceState">Its text, as it came.</param>
    /// <param name="spanId">Whose fraction of a span is rounded by it: up as often as the fraction says, and always the same way.</param>
    public SpanWeight Of(ReadOnlySpan<byte> traceState, ulong spanId)
    {
        if (traceState.IsEmpty || traceState.Length > _text.Length)
        {
            return SpanWeight.Itself;
        }

        if (_length != traceState.Length || !traceState.SequenceEqual(_text.AsSpan(0, _length)))
        {
            traceState.CopyTo(_text);
            _length = traceState.Length;
            _isExtrapolated = SamplingTraceState.TryRead(traceState, out var state) && state.HasThreshold;
            _weight = _isExtrapolated ? 1 / state.Threshold.Probability : 1;
        }

        var whole = (ulong)_weight;
        var isUp = _weight > whole && Spread(spanId) < _weight - whole;
        return new SpanWeight(isUp ? whole + 1 : whole, _isExtrapolated);
    }

    /// <summary>A number of [0, 1) that is as good as random, whatever ids look like (the finalizer of SplitMix64).</summary>
    private static double Spread(ulong id)
    {
        id = (id ^ (id >> 30)) * 0xBF58476D1CE4E5B9;
        id = (id ^ (id >> 27)) * 0x94D049BB133111EB;
        id ^= id >> 31;
        return (id >> (64 - FractionBits)) * (1.0 / (1UL << FractionBits));
    }
}
