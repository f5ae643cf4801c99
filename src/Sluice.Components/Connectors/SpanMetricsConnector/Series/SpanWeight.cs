namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>What a span counts.</summary>
/// <param name="Count">Spans it stands for: from 1 to 2^56.</param>
/// <param name="IsExtrapolated">A sampler said so.</param>
internal readonly record struct SpanWeight(ulong Count, bool IsExtrapolated)
{
    /// <summary>A span that nobody sampled.</summary>
    public static SpanWeight Itself => new(1, IsExtrapolated: false);
}
