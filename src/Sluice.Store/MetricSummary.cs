namespace Sluice.Store;

/// <summary>What is stored under one metric name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Count">Metric records.</param>
/// <param name="LastTime">The latest time of any data point, in nanoseconds since 1970.</param>
/// <param name="Services">The services that sent it, sorted.</param>
public sealed record MetricSummary(string Name, long Count, long LastTime, IReadOnlyList<string> Services);
