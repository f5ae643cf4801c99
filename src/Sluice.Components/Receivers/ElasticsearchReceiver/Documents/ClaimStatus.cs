namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>Whether a document may be created.</summary>
internal enum ClaimStatus
{
    /// <summary>Nobody did: the request does.</summary>
    Claimed,

    /// <summary>It is durable already, or comes earlier in the same request.</summary>
    Known,

    /// <summary>Another request is about to.</summary>
    UnderWay,
}
