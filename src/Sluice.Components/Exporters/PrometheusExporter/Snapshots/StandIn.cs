using Sluice.Components.Exporters.PrometheusExporter.Series;

namespace Sluice.Components.Exporters.PrometheusExporter.Snapshots;

/// <summary>
/// Takes the place of the series of one metric, one after the other, with what was captured of each, while they go on. Series of a metric are mostly
/// of one kind, so that one object does for all.
/// </summary>
internal sealed class StandIn(CapturedStates states)
{
    private MetricPoint? _point;
    private int _loaded;

    /// <summary>Whether the series at hand is the first that was not stale.</summary>
    public bool IsFirst => _loaded == 1;

    /// <summary>Whether any series was not stale.</summary>
    public bool HasLoaded => _loaded > 0;

    /// <summary>Becomes the next series. To be called for each that was captured, in their order.</summary>
    /// <param name="series">The series.</param>
    /// <returns>What it was; null when it was stale.</returns>
    public MetricPoint? Load(MetricPoint series)
    {
        var state = states.Next();
        if (state.IsEmpty)
        {
            return null;
        }

        _loaded++;
        _point = _point?.GetType() == series.GetType() ? _point : series.NewOfKind();
        _point.Load(new SavedReader(state), states);
        return _point;
    }
}
