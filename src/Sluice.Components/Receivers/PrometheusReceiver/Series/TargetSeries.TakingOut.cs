namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <content>Taking out what is gone.</content>
internal sealed partial class TargetSeries
{
    /// <summary>Makes all tables anew with what the durable scrape has.</summary>
    private void TakeOut()
    {
        var (sources, scopes, scopeInfos, metrics, points, families) = (Sources, Scopes, ScopeInfos, Metrics, Points, Families);
        (Sources, Scopes, ScopeInfos, Metrics, Points, Families) = (new(), new(), new(), new(), new(), new());
        for (var number = 0; number < points.Count; number++)
        {
            var point = points[number];
            if (point.Kept != _kept)
            {
                continue;
            }

            var metric = metrics[point.Metric];
            var scope = scopes[metric.Scope];
            var source = Sources.GetOrAdd(sources.Key(scope.Source), out var isNew);
            if (isNew)
            {
                Sources[source] = sources[scope.Source];
            }

            var parts = new ScopeParts(scopes.Key(metric.Scope));
            var newScope = ScopeOf(source, parts.Name, parts.Version, parts.Schema, parts.Attributes);
            if (scopeInfos.Find(ScopeInfoKey(scope.Source, parts.Name, parts.Version)) is var info and >= 0)
            {
                ScopeInfoOf(source, parts.Name, parts.Version) = scopeInfos[info];
            }

            var newMetric = MetricOf(newScope, metric.Shape, MetricParts.Of(metrics.Key(point.Metric)), FamilyIn(families, metric.Family), metric.About);
            point.Metric = newMetric;
            Points[Points.GetOrAdd(PointKey(newMetric, points.Key(number)[sizeof(int)..]), out _)] = point;
        }
    }

    private int FamilyIn(ByteTable<FamilyRow> families, int family)
    {
        if (family < 0)
        {
            return None;
        }

        var number = Families.GetOrAdd(families.Key(family), out var isNew);
        if (isNew)
        {
            Families[number] = families[family];
        }

        return number;
    }
}
