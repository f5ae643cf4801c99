using Sluice.Components.Receivers.PrometheusReceiver.Parsing;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>Which points of a source are written under what is said of it.</summary>
internal enum InfoSpan
{
    /// <summary>Those of this scrape, and the ends of those that are gone.</summary>
    Both,

    /// <summary>What was said before and is said otherwise in this scrape: all that stood under it ends.</summary>
    Before,

    /// <summary>What is said otherwise than before: the points of this scrape.</summary>
    Since,
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

    /// <summary>Whether something of a source ends since other things are said of it.</summary>
    public bool HasBefore(int source)
    {
        for (var scope = Sources[source].Chain.First; scope >= 0; scope = Scopes[scope].Chain.Next)
        {
            if (HasPoints(scope, InfoSpan.Before))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether something of a source stands under what this scrape says of it.</summary>
    public bool HasCurrent(int source)
    {
        for (var scope = Sources[source].Chain.First; scope >= 0; scope = Scopes[scope].Chain.Next)
        {
            if (HasPoints(scope, CurrentSpan(scope)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Which of the points of a scope stand under what this scrape says of it.</summary>
    public InfoSpan CurrentSpan(int scope)
    {
        if (_saysNothing || _kept == 0)
        {
            return InfoSpan.Both;
        }

        ref var source = ref Sources[Scopes[scope].Source];
        var info = FindScopeInfo(scope);
        return AreSame(CurrentInfo(source), source.KeptInfo) && (info < 0 || AreSame(CurrentAttributes(ScopeInfos[info]), ScopeInfos[info].KeptAttributes))
            ? InfoSpan.Both
            : InfoSpan.Since;
    }

    /// <summary>Whether a scope has points to write.</summary>
    public bool HasPoints(int scope, InfoSpan span)
    {
        if (span == InfoSpan.Both)
        {
            return true;
        }

        if (span == InfoSpan.Before && CurrentSpan(scope) == InfoSpan.Both)
        {
            return false;
        }

        for (var metric = Scopes[scope].Chain.First; metric >= 0; metric = Metrics[metric].Chain.Next)
        {
            if (MetricHasPoints(metric, span))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a metric has points to write.</summary>
    public bool MetricHasPoints(int metric, InfoSpan span)
    {
        var point = Metrics[metric].Chain.First;
        while (point >= 0 && !IsWritten(Points[point], span))
        {
            point = Points[point].Next;
        }

        return point >= 0;
    }

    /// <summary>Whether a point is written.</summary>
    public bool IsWritten(in PointRow point, InfoSpan span) => span switch
    {
        InfoSpan.Before => point.Kept == _kept && point.TimeUnixMs == ExpositionLine.NoTime,
        InfoSpan.Since => point.Scrape == Scrape,
        _ => true,
    };

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
