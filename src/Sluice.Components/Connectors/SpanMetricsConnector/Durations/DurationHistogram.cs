using Sluice.Components.Connectors.Metering;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Durations;

/// <summary>Durations of the spans of one series, in fixed memory.</summary>
internal abstract class DurationHistogram
{
    /// <summary>About as many bytes as its data point and its state have at most.</summary>
    public abstract int Size { get; }

    /// <summary>Takes a duration in the configured unit, so many times.</summary>
    public abstract void Add(double duration, ulong count);

    /// <summary>Starts anew.</summary>
    public abstract void Clear();

    /// <summary>Writes the contents of a data point.</summary>
    public abstract void WritePoint(MetricsRequestBuilder builder);

    /// <summary>Writes its state.</summary>
    public abstract void Save(StateWriter state);

    /// <summary>Takes up its state.</summary>
    public abstract void Load(ref StateReader state);
}
