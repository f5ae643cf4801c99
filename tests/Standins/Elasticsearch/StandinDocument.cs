using System.Text.Json;

namespace Sluice.Standins.Elasticsearch;

/// <summary>A document of a stand-in cluster.</summary>
/// <param name="Index">The index that holds it: of a data stream, the backing index.</param>
/// <param name="Id">Its id.</param>
/// <param name="Source">What was sent, byte for byte.</param>
public sealed record StandinDocument(string Index, string Id, ReadOnlyMemory<byte> Source)
{
    /// <summary>The document, parsed anew.</summary>
    public JsonElement Json => JsonElement.Parse(Source.Span);
}
