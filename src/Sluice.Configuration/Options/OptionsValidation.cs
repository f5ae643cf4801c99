namespace Sluice.Configuration;

/// <summary>What a record's own rules can ask and report.</summary>
public sealed class OptionsValidation
{
    private readonly ConfigNode? _node;
    private readonly DiagnosticBag _diagnostics;

    internal OptionsValidation(ConfigNode? node, DiagnosticBag diagnostics, string path)
    {
        _node = node;
        _diagnostics = diagnostics;
        Path = path;
    }

    /// <summary>The path of the record.</summary>
    public string Path { get; }

    /// <summary>Whether the key was given a value, rather than left to its default.</summary>
    /// <param name="key">A key of the record, or deeper as <c>a::b</c>.</param>
    public bool IsSet(string key) => Find(key) is not null and not ConfigScalar { IsNull: true, IsUnresolved: false };

    /// <summary>Whether an error was reported at a key or below it, so that what follows from it need not be reported too.</summary>
    /// <param name="key">A key of the record, or deeper as <c>a::b</c>.</param>
    public bool IsFaulty(string key)
    {
        var path = FullPath(key);
        return _diagnostics.Items.Any(item => item.Severity == DiagnosticSeverity.Error && item.Key.StartsWith(path, StringComparison.Ordinal)
            && (item.Key.Length == path.Length || item.Key[path.Length] is '[' or ':'));
    }

    /// <summary>Reports an error at a key; at the record where the key is not given.</summary>
    public void Error(string key, string message, string remedy) => _diagnostics.Error(PositionOf(key), FullPath(key), message, remedy);

    /// <summary>Reports a warning at a key.</summary>
    public void Warning(string key, string message, string remedy) => _diagnostics.Warning(PositionOf(key), FullPath(key), message, remedy);

    private string FullPath(string key) => key.Length == 0 ? Path : ConfigPath.Key(Path, key);

    private SourcePosition? PositionOf(string key)
    {
        var position = _node?.Position;
        var node = _node;
        foreach (var part in key.Split(ConfigPath.Separator))
        {
            if ((node as ConfigMap)?.Find(part) is not { } entry)
            {
                break;
            }

            position = entry.KeyPosition;
            node = entry.Value;
        }

        return position;
    }

    private ConfigNode? Find(string key)
    {
        var node = _node;
        foreach (var part in key.Split(ConfigPath.Separator))
        {
            node = (node as ConfigMap)?.Find(part)?.Value;
        }

        return node;
    }
}
