namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>A document as an index holds it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">What was sent, as it was sent.</param>
/// <param name="Version">How often it was written.</param>
/// <param name="SequenceNumber">Which operation of its index wrote it.</param>
internal sealed record StoredDocument(string Id, byte[] Source, long Version, long SequenceNumber);
