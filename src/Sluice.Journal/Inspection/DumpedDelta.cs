namespace Sluice.Journal;

/// <summary>What a group adds to a counter.</summary>
/// <param name="Counter">Which.</param>
/// <param name="Delta">How much.</param>
public sealed record DumpedDelta(string Counter, long Delta);
