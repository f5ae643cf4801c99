using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Labels;

/// <summary>Puts the labels of one series after the other together, in the same memory, for one scraper.</summary>
internal sealed class LabelRenderer(NameEscaping escaping)
{
    private byte[] _text = new byte[1024];

    /// <summary>The labels of a series as they stand between the braces; until the next call.</summary>
    public ReadOnlySpan<byte> Render(MetricPoint point)
    {
        var layout = point.Frame.For(escaping);
        var length = layout.MaxLength(point.Values);
        if (_text.Length < length)
        {
            _text = new byte[2 * length];
        }

        return _text.AsSpan(0, layout.Write(point.Values, _text));
    }
}
