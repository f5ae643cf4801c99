namespace Sluice.Store.Reading;

/// <summary>An attribute to check a row for.</summary>
/// <param name="Filter">Key and value.</param>
/// <param name="Resources">The resources of the file that have it: a row of one of them needs no further look.</param>
internal sealed record VerifiedAttribute(AttributeFilter Filter, List<long> Resources);
