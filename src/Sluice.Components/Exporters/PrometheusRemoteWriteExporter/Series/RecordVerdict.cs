namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>What the encoder says of a metric.</summary>
/// <param name="Refusal">Why it is refused, in part at least; null when it is not.</param>
/// <param name="IsDuplicate">Nothing of it is sent since all of it was before.</param>
internal readonly record struct RecordVerdict(string? Refusal, bool IsDuplicate = false);
