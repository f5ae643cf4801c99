namespace Sluice.Standins.Elasticsearch;

/// <summary>The products that the stand-in can behave like.</summary>
public enum StandinProduct
{
    /// <summary>Elasticsearch.</summary>
    Elasticsearch,

    /// <summary>OpenSearch.</summary>
    OpenSearch,
}
