namespace Sluice.Store;

/// <summary>One record of a trace.</summary>
/// <param name="Time">The time it is found by, in nanoseconds since 1970.</param>
/// <param name="Position">Where it is.</param>
public readonly record struct StoredTraceRow(long Time, StorePosition Position);
