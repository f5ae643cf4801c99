namespace Sluice.Components.Connectors.Metering;

/// <summary>The series that are given out under one resource.</summary>
/// <param name="id">Its number in the state.</param>
/// <param name="key">What tells it from others.</param>
/// <param name="resource">The encoded <c>Resource</c>.</param>
/// <param name="kinds">How many kinds of series there are.</param>
internal sealed class ResourceGroup(uint id, byte[] key, byte[] resource, int kinds)
{
    public uint Id { get; } = id;

    public byte[] Key { get; } = key;

    public byte[] Resource { get; } = resource;

    /// <summary>Its series in the order in which they came.</summary>
    public List<MeteredSeries> Series { get; } = [];

    /// <summary>Its series by their keys.</summary>
    public SeriesTable Table { get; } = new();

    /// <summary>How many series of each kind there are without those of what is beyond the limit.</summary>
    public int[] Counts { get; } = new int[kinds];

    /// <summary>When the newest of what is counted under it was received.</summary>
    public long SeenUnixNano { get; set; }

    /// <summary>It stands in the table.</summary>
    public bool IsKnown { get; set; }
}
