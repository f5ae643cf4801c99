namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>What becomes of fields that a mapping does not have.</summary>
internal enum DynamicMode
{
    /// <summary>They are added.</summary>
    True,

    /// <summary>They stay in the source and are not searchable.</summary>
    False,

    /// <summary>The document is refused.</summary>
    Strict,

    /// <summary>They become runtime fields: searchable, not indexed.</summary>
    Runtime,
}
