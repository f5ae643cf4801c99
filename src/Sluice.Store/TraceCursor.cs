namespace Sluice.Store;

/// <summary>Where a page of traces ended, and where the first page began: what arrived since does not move traces between pages.</summary>
/// <param name="Top">The first span that any page looked at.</param>
/// <param name="Last">The span by which the last trace was found.</param>
public readonly record struct TraceCursor(StorePosition Top, StorePosition Last);
