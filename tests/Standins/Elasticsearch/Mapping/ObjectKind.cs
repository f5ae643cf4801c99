namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>What an object field does with what is in it.</summary>
internal enum ObjectKind
{
    /// <summary>A plain object.</summary>
    Object,

    /// <summary>Each value is a document of its own.</summary>
    Nested,

    /// <summary>Its fields can also be named without its name.</summary>
    PassThrough,
}
