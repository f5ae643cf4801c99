namespace Sluice.Journal;

/// <summary>One counter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">The sum of all committed deltas.</param>
public sealed record InspectedCounter(string Name, long Value);
