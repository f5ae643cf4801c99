using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Labels;

/// <summary>
/// What many series have in common of their labels: the names, and the values of those that say where a series comes from. Which labels those are,
/// their names alone tell (<see cref="LabelPlanner.IsOrigin"/>), so that labels always fall apart in the same way. Series with the same frame share one
/// object, so that comparing it is comparing references. Immutable, but for the count of its users, which is guarded by the lock of the store.
/// </summary>
internal sealed class LabelFrame
{
    private readonly string[] _names;
    private readonly string?[] _values;
    private readonly LabelLayout _unescaped;
    private readonly LabelLayout?[] _escaped = new LabelLayout?[Enum.GetValues<NameEscaping>().Length];

    /// <param name="id">Tells it from all others.</param>
    /// <param name="names">The names, sorted.</param>
    /// <param name="values">For each the value that all series have, escaped; null where each has its own.</param>
    public LabelFrame(int id, string[] names, string?[] values)
    {
        (Id, _names, _values) = (id, names, values);
        IsPlain = Array.TrueForAll(names, ExpositionNames.IsPlainLabel);
        _unescaped = new LabelLayout(names, values, NameEscaping.AllowUtf8);
    }

    /// <summary>Tells it from all others.</summary>
    public int Id { get; }

    /// <summary>Whether every Prometheus takes all names as they are.</summary>
    public bool IsPlain { get; }

    /// <summary>Series and plans that refer to it; without any it is forgotten.</summary>
    public int Users { get; set; }

    /// <summary>How labels with this frame are written for a scraper. May be called by several at once.</summary>
    public LabelLayout For(NameEscaping escaping)
    {
        // Plain names stay as they are, but where underscores are doubled.
        if (escaping == NameEscaping.AllowUtf8 || (IsPlain && escaping != NameEscaping.Dots))
        {
            return _unescaped;
        }

        return _escaped[(int)escaping] ??= new LabelLayout(_names, _values, escaping);
    }
}
