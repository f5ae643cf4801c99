using Sluice.Components.Receivers.PrometheusReceiver.Parsing;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>
/// Which points of a source are written. Those that end come first, so that samples of one series stand in the order of their times where what ends and what
/// begins are one series to a database.
/// </summary>
internal enum InfoSpan
{
    /// <summary>What ends, under what was said of it before: series that are gone, and all of which other things are said in this scrape.</summary>
    Before,

    /// <summary>The points of this scrape, under what it says of them.</summary>
    Current,
}

/// <content>
/// What <c>target_info</c> and <c>otel_scope_info</c> say. It is of the identity of series: they end under what they were said to be, and when that changes
/// they end and others begin.
/// </content>
internal sealed partial class TargetSeries
{
    /// <summary>The target failed or is gone.</summary>
    private bool _saysNothing;

    /// <summary>The labels of the <c>target_info</c> of a source: those of this scrape, or, if that failed, those before.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> InfoOf(int source) => CurrentInfo(Sources[source]) ?? [];

    /// <summary>The labels of the <c>target_info</c> of a source in the durable scrape before.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> InfoBefore(int source) => Sources[source].KeptInfo ?? [];

    /// <summary>The attributes that an <c>otel_scope_info</c> gives to a scope.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="span">For which of its points.</param>
    public KeyValuePair<string, string>[] ScopeInfoOf(int scope, InfoSpan span)
    {
        var number = FindScopeInfo(scope);
        return (number < 0 ? null : span == InfoSpan.Before ? ScopeInfos[number].KeptAttributes : CurrentAttributes(ScopeInfos[number])) ?? [];
    }

    /// <summary>Whether a source has points to write.</summary>
    public bool SourceHasPoints(int source, InfoSpan span)
    {
        var scope = Sources[source].Chain.First;
        while (scope >= 0 && !HasPoints(scope, span))
        {
            scope = Scopes[scope].Chain.Next;
        }

        return scope >= 0;
    }

    /// <summary>Whether a scope has points to write.</summary>
    public bool HasPoints(int scope, InfoSpan span)
    {
        if (!_hasEnds && (span == InfoSpan.Current || !IsSaidOtherwise(scope)))
        {
            return span == InfoSpan.Current;
        }

        var metric = Scopes[scope].Chain.First;
        while (metric >= 0 && !MetricHasPoints(metric, span))
        {
            metric = Metrics[metric].Chain.Next;
        }

        return metric >= 0;
    }

    /// <summary>Whether a metric has points to write.</summary>
    public bool MetricHasPoints(int metric, InfoSpan span)
    {
        if (!_hasEnds && span == InfoSpan.Current)
        {
            return true;
        }

        var isSaidOtherwise = span == InfoSpan.Before && IsSaidOtherwise(Metrics[metric].Scope);
        var point = Metrics[metric].Chain.First;
        while (point >= 0 && !IsWritten(Points[point], span, isSaidOtherwise))
        {
            point = Points[point].Next;
        }

        return point >= 0;
    }

    /// <summary>Whether a point is written.</summary>
    /// <param name="point">The point.</param>
    /// <param name="span">Which points are.</param>
    /// <param name="isSaidOtherwise">Whether this scrape says other things of its scope.</param>
    public bool IsWritten(in PointRow point, InfoSpan span, bool isSaidOtherwise) =>
        span == InfoSpan.Current ? point.Scrape == Scrape : (isSaidOtherwise || point.Scrape != Scrape) && CanEnd(point);

    /// <summary>Whether this scrape says other things of a scope or of its source than the durable one before.</summary>
    public bool IsSaidOtherwise(int scope)
    {
        if (_saysNothing || _kept == 0)
        {
            return false;
        }

        ref var source = ref Sources[Scopes[scope].Source];
        var info = FindScopeInfo(scope);
        return !AreSame(CurrentInfo(source), source.KeptInfo) || (info >= 0 && !AreSame(CurrentAttributes(ScopeInfos[info]), ScopeInfos[info].KeptAttributes));
    }

    private void KeepInfos()
    {
        for (var number = 0; number < Sources.Count; number++)
        {
            Sources[number].KeptInfo = CurrentInfo(Sources[number]);
        }

        for (var number = 0; number < ScopeInfos.Count; number++)
        {
            ScopeInfos[number].KeptAttributes = CurrentAttributes(ScopeInfos[number]);
        }
    }

    private KeyValuePair<string, string>[]? CurrentInfo(in SourceRow source) => _saysNothing ? source.KeptInfo : source.InfoScrape == Scrape ? source.Info : null;

    private KeyValuePair<string, string>[]? CurrentAttributes(in ScopeInfoRow info) => _saysNothing ? info.KeptAttributes : info.Scrape == Scrape ? info.Attributes : null;

    private int FindScopeInfo(int scope)
    {
        var parts = PartsOf(scope);
        return ScopeInfos.Count == 0 ? None : ScopeInfos.Find(ScopeInfoKey(Scopes[scope].Source, parts.Name, parts.Version));
    }

    private static bool AreSame(KeyValuePair<string, string>[]? left, KeyValuePair<string, string>[]? right)
    {
        if (left == right)
        {
            return true;
        }

        var (first, second) = (left ?? [], right ?? []);
        for (var i = 0; i < first.Length && first.Length == second.Length; i++)
        {
            if (first[i].Key != second[i].Key || first[i].Value != second[i].Value)
            {
                return false;
            }
        }

        return first.Length == second.Length;
    }
}
