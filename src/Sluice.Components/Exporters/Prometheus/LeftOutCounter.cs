using System.Diagnostics.Metrics;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Exporters.Prometheus;

/// <summary>Counts data points that an exporter leaves out, by reason. Thread-safe.</summary>
internal sealed class LeftOutCounter
{
    private readonly Counter<long> _counter;
    private readonly KeyValuePair<string, object?>[][] _tags;

    /// <summary>Begins with a zero for each reason: without it, the first that is left out would be no increase to Prometheus.</summary>
    /// <param name="context">The exporter.</param>
    /// <param name="name">The name of the metric.</param>
    /// <param name="description">What it says.</param>
    /// <param name="reasons">The reasons.</param>
    public LeftOutCounter(ComponentContext context, string name, string description, IEnumerable<string> reasons)
    {
        _tags = [.. reasons.Select(reason => (KeyValuePair<string, object?>[])[.. context.MetricTags, new("reason", reason)])];
        _counter = context.Meter.CreateCounter<long>(name, "{point}", description);
        for (var reason = 0; reason < _tags.Length; reason++)
        {
            Add(reason, 0);
        }
    }

    /// <summary>Counts some.</summary>
    /// <param name="reason">The index of the reason.</param>
    /// <param name="points">How many.</param>
    public void Add(int reason, long points) => _counter.Add(points, _tags[reason]);
}
