namespace Sluice.Telemetry;

/// <summary>
/// Where a resource or scope container holds what records ask it for, so that asking does not mean passing over all its records.
/// Offsets are within the container; what is absent has length zero.
/// </summary>
/// <param name="OwnOffset">Where the <c>Resource</c> or <c>InstrumentationScope</c> starts.</param>
/// <param name="OwnLength">Bytes of it.</param>
/// <param name="SchemaUrlOffset">Where the text of the schema URL starts.</param>
/// <param name="SchemaUrlLength">Bytes of it.</param>
public readonly record struct ContainerParts(int OwnOffset, int OwnLength, int SchemaUrlOffset, int SchemaUrlLength)
{
    /// <summary>Cuts the resource or scope itself out of its container.</summary>
    public ReadOnlySpan<byte> Own(ReadOnlySpan<byte> container) => container.Slice(OwnOffset, OwnLength);

    /// <summary>Cuts the schema URL out of its container.</summary>
    public ReadOnlySpan<byte> SchemaUrl(ReadOnlySpan<byte> container) => container.Slice(SchemaUrlOffset, SchemaUrlLength);

    /// <summary>These, and the part that was just met.</summary>
    internal ContainerParts With(bool isOwn, int offset, int length) =>
        isOwn ? this with { OwnOffset = offset, OwnLength = length } : this with { SchemaUrlOffset = offset, SchemaUrlLength = length };
}
