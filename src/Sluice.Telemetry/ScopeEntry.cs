namespace Sluice.Telemetry;

/// <summary>One <c>ScopeLogs</c>, <c>ScopeSpans</c> or <c>ScopeMetrics</c> of a batch: field 1 is the scope, 2 its records, 3 the schema URL.</summary>
/// <param name="Resource">Index of the resource it stands in.</param>
/// <param name="Offset">Where the message starts, behind its tag and length.</param>
/// <param name="Length">Bytes of the message. In the payload that includes its records; in a slab only its own fields.</param>
/// <param name="InSlab">The bytes are in the view's slab.</param>
public readonly record struct ScopeEntry(int Resource, int Offset, int Length, bool InSlab)
{
    /// <summary>Where the scope and its schema URL are within these bytes.</summary>
    public ContainerParts Parts { get; init; }
}
