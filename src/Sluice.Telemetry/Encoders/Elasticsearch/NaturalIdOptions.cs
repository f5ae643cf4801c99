namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Ids that records bring with them, by which documents of the same id are one.</summary>
public sealed record NaturalIdOptions
{
    /// <summary>The attribute that is read unless another is configured; it alone is left out of documents.</summary>
    public const string DefaultAttribute = "elasticsearch.document_id";

    /// <summary>An element of <see cref="Scope"/> that is no attribute: the id of the receiver that the record came by.</summary>
    public const string Receiver = "receiver";

    /// <summary>Where they are taken from.</summary>
    public NaturalIdSource Source { get; init; } = NaturalIdSource.Attribute;

    /// <summary>The attribute of the record, a text or a whole number.</summary>
    public string Attribute { get; init; } = DefaultAttribute;

    /// <summary>What an id is unique within, and so goes before it: <see cref="Receiver"/>, and attributes of record, scope or resource.</summary>
    public IReadOnlyList<string> Scope { get; init; } = [];

    /// <summary>Names of indices or data streams, with <c>*</c> for any characters, whose documents have them; none for all.</summary>
    public IReadOnlyList<string> Indices { get; init; } = [];

    /// <summary>Whether a record that lacks its id, or part of the scope, has no document; otherwise it has the id of the record.</summary>
    public bool IsRequired { get; init; }
}
