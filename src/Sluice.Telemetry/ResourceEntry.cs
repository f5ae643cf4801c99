namespace Sluice.Telemetry;

/// <summary>One <c>ResourceLogs</c>, <c>ResourceSpans</c> or <c>ResourceMetrics</c> of a batch: field 1 is the resource, 2 its scopes, 3 the schema URL.</summary>
/// <param name="Offset">Where the message starts, behind its tag and length.</param>
/// <param name="Length">Bytes of the message. In the payload that includes its scopes; in a slab only its own fields (see <see cref="Otlp.OtlpContainer"/>).</param>
/// <param name="ServiceOffset">Where the text of the resource attribute <c>service.name</c> starts; -1 when absent, empty or not a string.</param>
/// <param name="ServiceLength">Bytes of it.</param>
/// <param name="InSlab">The bytes are in the view's slab.</param>
public readonly record struct ResourceEntry(int Offset, int Length, int ServiceOffset, int ServiceLength, bool InSlab)
{
    /// <summary>Where the resource and its schema URL are within these bytes.</summary>
    public ContainerParts Parts { get; init; }
}
