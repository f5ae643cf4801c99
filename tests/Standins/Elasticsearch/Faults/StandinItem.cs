namespace Sluice.Standins.Elasticsearch.Faults;

/// <summary>An item of a bulk request, before anything is done with it.</summary>
/// <param name="Action">create, index, update or delete.</param>
/// <param name="Index">What it names: a data stream, an index, an alias.</param>
/// <param name="Id">Its id, if it has one.</param>
/// <param name="Source">Its document.</param>
public sealed record StandinItem(string Action, string Index, string? Id, ReadOnlyMemory<byte> Source);
