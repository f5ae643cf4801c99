using System.Globalization;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;

/// <summary>A line of a page.</summary>
/// <param name="Name">The name of the metric; h is a histogram with as many observations as its value says.</param>
/// <param name="Labels">Its labels, with their quotes.</param>
/// <param name="Value">Its value.</param>
/// <param name="TimeMs">Its time; null when it has none.</param>
internal sealed record PageSample(string Name, string Labels, int Value, long? TimeMs)
{
    public string Text
    {
        get
        {
            var time = TimeMs is { } own ? string.Create(CultureInfo.InvariantCulture, $" {own}") : "";
            return Name == "h"
                ? $"h_bucket{{le=\"1\",{Labels}}} 0{time}\nh_bucket{{le=\"+Inf\",{Labels}}} {Value}{time}\nh_sum{{{Labels}}} 1{time}\nh_count{{{Labels}}} {Value}{time}\n"
                : $"{Name}{{{Labels}}} {Value}{time}\n";
        }
    }

    /// <summary>How many samples of Prometheus it is.</summary>
    public int Count => Name == "h" ? 4 : 1;
}

/// <summary>What a target exposes in one scrape; the samples of one that fails are read and count for nothing.</summary>
internal sealed record TargetPage(IReadOnlyDictionary<string, string> Types, IReadOnlyList<PageSample> Samples, string? Info, bool IsFailed, bool IsLost)
{
    public string Text => string.Concat(Types.Select(type => $"# TYPE {type.Key} {type.Value}\n")) + (Info is null ? "" : $"target_info{{v=\"{Info}\"}} 1\n")
        + string.Concat(Samples.Select(sample => sample.Text)) + (IsFailed ? "}\n" : "");
}

/// <summary>A point that is to come. The shape: gauge, counter or histogram; <c>OwnTime</c>: whether the target gave its time.</summary>
internal sealed record ModelPoint(string Shape, string Name, string Labels, long TimeMs, double Value, bool IsStale = false, long StartMs = 0, string? Info = null, bool OwnTime = false)
{
    public (string Shape, string Name, string Labels) Key => (Shape, Name, Labels);
}

/// <summary>What has to come of the scrapes of one target, one after the other.</summary>
internal sealed class TargetModel(bool honorsTimestamps)
{
    private const long LongestAheadMs = 600_000;
    private static readonly string[] Facts = ["up", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"];

    private readonly Dictionary<(string, string, string), (long StartMs, double Total)> _counts = [];

    /// <summary>Of the last scrape that somebody took: its points, those of them that the target exposed, and what it said of itself.</summary>
    private Dictionary<(string, string, string), ModelPoint> _kept = [];
    private HashSet<(string, string, string)> _exposed = [];
    private bool _hadInfo;
    private string? _info;
    private long _keptMs;

    /// <summary>A scrape at a time of the wall clock.</summary>
    public IReadOnlyList<ModelPoint> Scrape(TargetPage page, long nowMs)
    {
        var info = page.IsFailed ? _info : page.Info;
        var live = new Dictionary<(string, string, string), ModelPoint>();
        foreach (var sample in page.IsFailed ? [] : page.Samples)
        {
            var shape = sample.Name == "h" ? "histogram" : page.Types.GetValueOrDefault(sample.Name) is "counter" ? "counter" : "gauge";
            var own = honorsTimestamps ? sample.TimeMs : null;
            if (own is null || own <= nowMs + LongestAheadMs)
            {
                var point = new ModelPoint(shape, sample.Name, sample.Labels, own ?? nowMs, sample.Value, Info: info, OwnTime: own is not null);
                live.TryAdd(point.Key, point);
            }
        }

        var exposed = live.Keys.ToHashSet();
        foreach (var point in live.Values.Where(point => point.Shape != "gauge").ToList())
        {
            var goesOn = _kept.ContainsKey(point.Key) && point.Value >= _counts[point.Key].Total && _counts[point.Key].StartMs <= point.TimeMs;
            _counts[point.Key] = (goesOn ? _counts[point.Key].StartMs : point.TimeMs, point.Value);
            live[point.Key] = point with { StartMs = _counts[point.Key].StartMs };
        }

        var hasInfo = !page.IsFailed && page.Info is not null;
        var scraped = page.IsFailed ? 0 : page.Samples.Sum(sample => sample.Count) + (hasInfo ? 1 : 0);
        var added = exposed.Except(_exposed).Sum(key => key.Item2 == "h" ? 4 : 1) + (hasInfo && !_hadInfo ? 1 : 0);
        double[] values = [page.IsFailed ? 0 : 1, scraped, scraped, added];
        foreach (var (name, value) in Facts.Zip(values))
        {
            live[("gauge", name, "")] = new ModelPoint("gauge", name, "", nowMs, value, Info: info);
        }

        List<ModelPoint> points = [.. Ends(point => info != _info || !live.ContainsKey(point.Key), nowMs), .. live.Values];
        if (!page.IsLost)
        {
            (_kept, _exposed, _hadInfo, _info, _keptMs) = (live, exposed, hasInfo, info, nowMs);
        }

        return points;
    }

    /// <summary>The target is gone.</summary>
    public IReadOnlyList<ModelPoint> End(long nowMs) => [.. Ends(_ => true, nowMs)];

    /// <summary>Markers stand a millisecond before the scrape, but after the last one. Series whose times the target gave have none.</summary>
    private IEnumerable<ModelPoint> Ends(Func<ModelPoint, bool> isEnded, long nowMs) =>
        _kept.Values.Where(point => isEnded(point) && !point.OwnTime).Select(point => point with { TimeMs = Math.Max(nowMs - 1, _keptMs + 1), Value = 0, IsStale = true, StartMs = 0 });
}
