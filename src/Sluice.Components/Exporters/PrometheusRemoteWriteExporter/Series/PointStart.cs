namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>Where the series of one data point begin.</summary>
/// <param name="Offset">In the bytes of all.</param>
/// <param name="Size">Bytes that a request with what comes before would have, at most.</param>
/// <param name="Record">The index of the metric it is of; negative when it is of none, as <c>target_info</c>.</param>
/// <param name="Series">What orders it.</param>
internal readonly record struct PointStart(int Offset, int Size, int Record, SeriesTime Series);
