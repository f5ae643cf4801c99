namespace Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;

/// <summary>What an item of a bulk request asks for.</summary>
internal enum BulkOperation : byte
{
    /// <summary>Write a document that is not there yet.</summary>
    Create,

    /// <summary>Write a document, over another of its id.</summary>
    Index,

    /// <summary>Change a document. Not taken.</summary>
    Update,

    /// <summary>Remove a document. Not taken.</summary>
    Delete,
}
