namespace Sluice.Standins.Elasticsearch.Faults;

/// <summary>A request that a node has read.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, as it came.</param>
/// <param name="Headers">Its headers, by names in lower case.</param>
/// <param name="Body">Its body, inflated.</param>
/// <param name="Port">The port of the node that read it.</param>
public sealed record StandinRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, int Port)
{
    /// <summary>Whether it is a bulk request.</summary>
    public bool IsBulk => Path.EndsWith("/_bulk", StringComparison.Ordinal);
}
