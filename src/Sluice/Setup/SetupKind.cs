namespace Sluice.Setup;

/// <summary>What Elasticsearch keeps for its indices, in the order in which it has to be there.</summary>
internal enum SetupKind
{
    /// <summary>A lifecycle policy; in OpenSearch one of index state management.</summary>
    Lifecycle,

    /// <summary>A component template.</summary>
    ComponentTemplate,

    /// <summary>An index template.</summary>
    IndexTemplate,
}
