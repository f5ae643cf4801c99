using System.Text;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Labels;

/// <summary>
/// The text around the values that series with the same frame have of their own, as a scraper wants it: with it the labels of a series are written
/// without looking at any name. Immutable.
/// </summary>
internal sealed class LabelLayout
{
    /// <summary>What stands before each value, with the quote that opens it.</summary>
    private readonly byte[][] _openings;

    /// <summary>What stands behind the last.</summary>
    private readonly byte[] _end;
    private readonly int _length;

    /// <param name="names">The names, sorted.</param>
    /// <param name="values">For each the value that all series have, escaped; null where each has its own.</param>
    /// <param name="escaping">What becomes of names that not every Prometheus takes.</param>
    public LabelLayout(string[] names, string?[] values, NameEscaping escaping)
    {
        var escaper = new LabelEscaper(escaping);
        var openings = new List<byte[]>();
        var text = new StringBuilder();
        foreach (var (name, value) in names.Zip(values))
        {
            _ = openings.Count > 0 || text.Length > 0 ? text.Append(',') : text;
            text.Append(LabelText.Name(escaper.Escape(name))).Append("=\"").Append(value);
            if (value is null)
            {
                openings.Add(Encoding.UTF8.GetBytes(text.ToString()));
                text.Clear();
            }

            text.Append('"');
        }

        _openings = [.. openings];
        _end = Encoding.UTF8.GetBytes(text.ToString());
        _length = _openings.Sum(opening => opening.Length) + _end.Length;
    }

    /// <summary>The most that labels take, in bytes.</summary>
    /// <param name="values">The values that a series has of its own, as <see cref="LabelValues"/> encodes them.</param>
    public int MaxLength(ReadOnlySpan<byte> values) => _length + values.Length;

    /// <summary>Writes labels as they stand between the braces.</summary>
    /// <param name="values">The values that the series has of its own, as <see cref="LabelValues"/> encodes them.</param>
    /// <param name="destination">At least <see cref="MaxLength"/>.</param>
    /// <returns>Bytes written.</returns>
    public int Write(ReadOnlySpan<byte> values, Span<byte> destination)
    {
        var written = 0;
        var position = 0;
        foreach (var opening in _openings)
        {
            var value = LabelValues.Next(values, ref position);
            opening.CopyTo(destination[written..]);
            written += opening.Length;
            value.CopyTo(destination[written..]);
            written += value.Length;
        }

        _end.CopyTo(destination[written..]);
        return written + _end.Length;
    }
}
