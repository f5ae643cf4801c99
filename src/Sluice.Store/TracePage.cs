namespace Sluice.Store;

/// <summary>Some of the traces that were asked for.</summary>
/// <param name="Traces">The traces, in the order asked for.</param>
/// <param name="Next">Where the next page continues; null when there is none.</param>
/// <param name="Warnings">Files that could not be read.</param>
public sealed record TracePage(IReadOnlyList<TraceSummary> Traces, TraceCursor? Next, IReadOnlyList<string> Warnings);
