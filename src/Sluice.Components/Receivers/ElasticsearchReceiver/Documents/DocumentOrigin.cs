namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>What a request says of a document beside the document itself.</summary>
internal readonly ref struct DocumentOrigin
{
    /// <summary>The name of the index or data stream; valid, UTF-8.</summary>
    public ReadOnlySpan<byte> Index { get; init; }

    /// <summary>The client's own id, UTF-8; empty when it leaves that to the server.</summary>
    public ReadOnlySpan<byte> Id { get; init; }

    /// <summary>The ingest pipeline that it is to go through, UTF-8; empty for none.</summary>
    public ReadOnlySpan<byte> Pipeline { get; init; }

    /// <summary>The value that chooses the shard, UTF-8; empty for none.</summary>
    public ReadOnlySpan<byte> Routing { get; init; }
}
