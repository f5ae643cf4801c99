using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.Prometheus.Names;

/// <summary>The labels of one series, gathered from where they come from. What has precedence comes first; see <see cref="AddAttribute"/>.</summary>
/// <param name="names">How names are translated.</param>
internal sealed class LabelSet(NameTranslation names)
{
    private readonly LabelMerge<string> _labels = new(names);

    /// <summary>Adds a label that no attribute may take the name of. Empty values are no labels to Prometheus.</summary>
    public void Add(string name, string value)
    {
        if (value.Length > 0)
        {
            _labels.Set(name, value);
        }
        else
        {
            _labels.Reserve(name);
        }
    }

    /// <summary>Keeps attributes from taking a name that the format itself uses.</summary>
    public void Reserve(string name) => _labels.Reserve(name);

    /// <summary>Adds an attribute by its own key; of two with the same key the last counts.</summary>
    public void AddAttribute(string key, string value) => _labels.AddAttribute(key, value, value.Length == 0);

    /// <summary>The labels as <see cref="Resolve"/> has them, encoded as text.</summary>
    public byte[] Encode() => LabelText.Encode(Resolve());

    /// <summary>The labels by the rules of <see cref="LabelMerge{T}.Resolve"/>, sorted by name. Nothing may be added afterwards.</summary>
    public SortedDictionary<string, string> Resolve()
    {
        var resolved = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in _labels.Resolve())
        {
            resolved.Add(name, values.Count == 1 ? values[0] : string.Join(';', values));
        }

        return resolved;
    }
}
