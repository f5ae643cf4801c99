using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>Memory that one scrape needs and the next uses again, also that of another target. One scrape at a time.</summary>
internal sealed class ScrapeBuffers
{
    /// <summary>The line that is read.</summary>
    public ExpositionLine Line { get; } = new();

    /// <summary>A key that is looked up.</summary>
    public ByteScratch Key { get; } = new();

    /// <summary>The attributes of a sample.</summary>
    public ByteScratch Attributes { get; } = new();

    /// <summary>The name of a metric without its suffixes, or whatever else is needed for a moment.</summary>
    public ByteScratch Text { get; } = new();

    /// <summary>The fields of exemplars, and the attributes of <see cref="Created"/>.</summary>
    public ByteScratch Fields { get; } = new();

    public Rows<PointDetail> Details { get; } = new();

    public Rows<PointPart> Parts { get; } = new();

    public Rows<PointExemplar> Exemplars { get; } = new();

    public Rows<CreatedSample> Created { get; } = new();

    /// <summary>The parts of one point, to sort them.</summary>
    public List<(double Number, double Value)> Sorted { get; } = [];

    public void Clear()
    {
        Fields.Clear();
        Details.Clear();
        Parts.Clear();
        Exemplars.Clear();
        Created.Clear();
    }
}
