using System.Text.Json;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>A document that a search looks at. Its values are read when they are asked for.</summary>
internal sealed class Candidate(StoreIndex index, StoredDocument document)
{
    private MappedDocument? _values;

    public StoreIndex Index { get; } = index;

    public StoredDocument Document { get; } = document;

    public MappedDocument Values => _values ??= DocumentMapper.Read(Index.Mapping, Index.Settings.Mapper, JsonElement.Parse(Document.Source));

    /// <summary>The values of a field by the name that a search uses.</summary>
    public IReadOnlyList<object> Of(string name) => FieldsOf(Index.Mapping, Values, name);

    public static IReadOnlyList<object> FieldsOf(IndexMapping mapping, MappedDocument values, string name) =>
        mapping.Resolve(name) is { } field ? values.Of(field.Key is null ? field.Field.Path : field.Field.Path + "." + field.Key) : [];
}
