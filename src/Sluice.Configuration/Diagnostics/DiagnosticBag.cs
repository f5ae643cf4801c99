namespace Sluice.Configuration;

/// <summary>
/// Collects everything that is to be said about a configuration, so that all errors show at once. Not thread-safe. What is said twice
/// with the same words about the same place (an aliased block, say) is kept once.
/// </summary>
public sealed class DiagnosticBag
{
    /// <summary>A bad input can hold any number of errors; beyond this many they are counted only.</summary>
    public const int Capacity = 1000;

    private readonly List<Diagnostic> _items = [];
    private readonly HashSet<Diagnostic> _seen = [];

    /// <summary>Everything said, in the order it was found.</summary>
    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>Whether anything is an error.</summary>
    public bool HasErrors => ErrorCount > 0;

    /// <summary>How many errors there are, those beyond <see cref="Capacity"/> included.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>How many diagnostics were not kept because there were too many.</summary>
    public int Omitted { get; private set; }

    /// <summary>Says that something is wrong.</summary>
    public void Error(SourcePosition? position, string key, string message, string remedy) =>
        Add(new Diagnostic(DiagnosticSeverity.Error, position, key, message, remedy));

    /// <summary>Says that something is dubious.</summary>
    public void Warning(SourcePosition? position, string key, string message, string remedy) =>
        Add(new Diagnostic(DiagnosticSeverity.Warning, position, key, message, remedy));

    /// <summary>Adds a diagnostic. The position of a node that was never in a source is no position.</summary>
    public void Add(Diagnostic diagnostic)
    {
        if (diagnostic.Position is { Source: null })
        {
            diagnostic = diagnostic with { Position = null };
        }

        if (_items.Count >= Capacity)
        {
            Omitted++;
        }
        else if (_seen.Add(diagnostic))
        {
            _items.Add(diagnostic);
        }
        else
        {
            return;
        }

        ErrorCount += diagnostic.Severity == DiagnosticSeverity.Error ? 1 : 0;
    }

    /// <summary>Adds all that another bag holds.</summary>
    public void AddRange(DiagnosticBag other)
    {
        foreach (var diagnostic in other.Items)
        {
            Add(diagnostic);
        }
    }

    /// <summary>A copy in which every warning is an error.</summary>
    public DiagnosticBag WithWarningsAsErrors()
    {
        var strict = new DiagnosticBag();
        foreach (var diagnostic in _items)
        {
            strict.Add(diagnostic with { Severity = DiagnosticSeverity.Error });
        }

        strict.Omitted = Omitted;
        strict.ErrorCount += Omitted;
        return strict;
    }

    /// <summary>
    /// Everything in reading order: sources in the order they were first mentioned, then by line and column; what has no place comes first.
    /// </summary>
    public IReadOnlyList<Diagnostic> InReadingOrder()
    {
        var sources = _items.Where(d => d.Position is not null)
            .Select(d => d.Position!.Value.Source)
            .Distinct(StringComparer.Ordinal)
            .Select((source, index) => (source, index))
            .ToDictionary(x => x.source, x => x.index, StringComparer.Ordinal);
        return
        [
            .. _items.OrderBy(d => d.Position is { } p ? sources[p.Source] : -1)
                .ThenBy(d => d.Position?.Line ?? 0)
                .ThenBy(d => d.Position?.Column ?? 0),
        ];
    }
}
