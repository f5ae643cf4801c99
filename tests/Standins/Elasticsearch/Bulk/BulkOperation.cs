namespace Sluice.Standins.Elasticsearch.Bulk;

/// <summary>One operation of a bulk request.</summary>
internal sealed class BulkOperation
{
    /// <summary><c>index</c>, <c>create</c>, <c>update</c> or <c>delete</c>.</summary>
    public required string Action { get; init; }

    public required string Index { get; init; }

    public string? Id { get; init; }

    public string? Routing { get; init; }

    public string? Pipeline { get; init; }

    public bool RequireAlias { get; init; }

    public bool RequireDataStream { get; init; }

    public long? IfSequenceNumber { get; init; }

    public long? IfPrimaryTerm { get; init; }

    /// <summary>Names of dynamic templates by fields.</summary>
    public IReadOnlyDictionary<string, string>? DynamicTemplates { get; init; }

    /// <summary>The line after the action; empty for a deletion.</summary>
    public ReadOnlyMemory<byte> Source { get; init; }
}
