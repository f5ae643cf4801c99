namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>
/// The values of a document as its mapping sees them: terms as strings, whole numbers and instants (nanoseconds) as <see cref="Int128"/>, other numbers as
/// <see cref="double"/>, booleans.
/// </summary>
internal sealed class MappedDocument
{
    /// <summary>By full name of the field; below a flattened field also by key.</summary>
    public Dictionary<string, List<object>> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>What is in nested fields, by their full names.</summary>
    public Dictionary<string, List<MappedDocument>> Nested { get; } = new(StringComparer.Ordinal);

    /// <summary>Fields with values that were left out (<c>_ignored</c>).</summary>
    public SortedSet<string> Ignored { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a value to those of a field.</summary>
    public void Add(string path, object value)
    {
        if (!Values.TryGetValue(path, out var values))
        {
            Values[path] = values = [];
        }

        values.Add(value);
    }

    public IReadOnlyList<object> Of(string path) => Values.TryGetValue(path, out var values) ? values : [];
}
