namespace Sluice.Load.Exposing;

/// <summary>How often a target was scraped.</summary>
/// <param name="Scrapes">Answers that were written to their end.</param>
/// <param name="Samples">Samples in each.</param>
public sealed record TargetReport(long Scrapes, int Samples);
