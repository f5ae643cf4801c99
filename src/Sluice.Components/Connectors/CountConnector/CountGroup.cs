namespace Sluice.Components.Connectors.CountConnector;

/// <summary>What is counted under one resource.</summary>
/// <param name="id">Tells it from others in keys.</param>
/// <param name="resource">The encoded <c>Resource</c>.</param>
internal sealed class CountGroup(uint id, byte[] resource)
{
    public uint Id { get; } = id;

    public byte[] Resource { get; } = resource;

    public List<Counter> Counters { get; } = [];

    /// <summary>Something was counted under it since the last time.</summary>
    public bool IsActive { get; set; }
}
