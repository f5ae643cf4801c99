namespace Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;

/// <summary>What the address of a request says for all of its documents. UTF-8, valid; empty where it says nothing.</summary>
/// <param name="Index">The index.</param>
/// <param name="Pipeline">The ingest pipeline.</param>
/// <param name="Routing">The routing.</param>
internal readonly record struct BulkDefaults(byte[] Index, byte[] Pipeline, byte[] Routing);
