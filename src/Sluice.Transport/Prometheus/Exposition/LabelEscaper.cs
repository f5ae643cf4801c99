namespace Sluice.Transport.Prometheus.Exposition;

/// <summary>
/// Escapes the names of the labels of one series after the other. One that becomes the same as another before it, or as what Prometheus calls the
/// metric's own name, gets <c>exported_</c> in front: a name that comes twice would have all of an answer refused.
/// </summary>
/// <param name="escaping">How.</param>
public sealed class LabelEscaper(NameEscaping escaping)
{
    private readonly HashSet<string> _taken = new(["__name__"], StringComparer.Ordinal);

    /// <summary>The next name, escaped.</summary>
    public string Escape(string name)
    {
        var escaped = ExpositionNames.EscapeLabel(name, escaping);
        while (!_taken.Add(escaped))
        {
            escaped = "exported_" + escaped;
        }

        return escaped;
    }
}
