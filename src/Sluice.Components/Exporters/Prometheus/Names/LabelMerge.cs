namespace Sluice.Components.Exporters.Prometheus.Names;

/// <summary>
/// Decides which labels a series has, of what its source and its attributes say: the rules by which names meet. What a label's value is made of
/// is the caller's.
/// </summary>
/// <param name="names">How names are translated.</param>
/// <typeparam name="T">A value, or what stands for one.</typeparam>
internal sealed class LabelMerge<T>(NameTranslation names)
{
    private readonly SortedDictionary<string, List<T>> _labels = new(StringComparer.Ordinal);
    /// <summary>The name of the metric itself is this label to Prometheus, which refuses all of an answer that has it twice.</summary>
    private readonly HashSet<string> _reserved = new(["__name__"], StringComparer.Ordinal);
    private readonly SortedDictionary<string, (T Value, bool IsEmpty)> _attributes = new(StringComparer.Ordinal);

    /// <summary>Keeps attributes from taking a name.</summary>
    public void Reserve(string name) => _reserved.Add(name);

    /// <summary>Sets a label that no attribute may take the name of; of two with the same name the last counts.</summary>
    public void Set(string name, T value)
    {
        _reserved.Add(name);
        _labels[name] = [value];
    }

    /// <summary>Adds an attribute by its own key; of two with the same key the last counts.</summary>
    /// <param name="key">The key, not translated.</param>
    /// <param name="value">The value.</param>
    /// <param name="isEmpty">Whether the value is empty, which is no label to Prometheus.</param>
    public void AddAttribute(string key, T value, bool isEmpty) => _attributes[key] = (value, isEmpty);

    /// <summary>
    /// The labels, sorted by name, with the values that are joined with semicolons. Attributes whose names become the same are joined, in the order
    /// of their keys; one that would take a reserved name gets <c>exported_</c> in front, as Prometheus itself does. Nothing may be added afterwards.
    /// </summary>
    public SortedDictionary<string, List<T>> Resolve()
    {
        foreach (var (key, (value, isEmpty)) in _attributes)
        {
            var name = names.Label(key);
            while (_reserved.Contains(name))
            {
                name = "exported_" + name;
            }

            if (name.Length == 0 || isEmpty)
            {
                continue;
            }

            if (_labels.TryGetValue(name, out var others))
            {
                others.Add(value);
            }
            else
            {
                _labels.Add(name, [value]);
            }
        }

        return _labels;
    }
}
