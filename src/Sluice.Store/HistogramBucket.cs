namespace Sluice.Store;

/// <summary>Records in one step of a histogram.</summary>
/// <param name="Start">When the step begins, in nanoseconds since 1970.</param>
/// <param name="Counts">Records by severity number, span status or type of metric.</param>
public sealed record HistogramBucket(long Start, IReadOnlyDictionary<int, long> Counts);
