namespace Sluice.Components.Receivers.ElasticsearchReceiver.Http;

/// <summary>What clients ask before they send.</summary>
internal enum ElasticsearchPage
{
    /// <summary>Name and version.</summary>
    Root,

    /// <summary>The licence.</summary>
    License,

    /// <summary>What the licence covers.</summary>
    Features,

    /// <summary>The health of the cluster.</summary>
    Health,

    /// <summary>The same as a line of text.</summary>
    HealthText,

    /// <summary>The addresses of nodes: what clients sniff.</summary>
    Nodes,

    /// <summary>That a refresh or flush was done.</summary>
    Shards,
}
