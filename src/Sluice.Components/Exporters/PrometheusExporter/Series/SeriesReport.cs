using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Sluice.Components.Exporters.Prometheus;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>Why data points are left out.</summary>
internal enum LeftOut
{
    /// <summary>Another metric of another type, or with a sample of the same name, was there first.</summary>
    ConflictingType,

    /// <summary>Another source writes the same series, or the same one with other attributes.</summary>
    Duplicate,

    /// <summary>A later one was there already.</summary>
    OutOfOrder,

    /// <summary>The metric, or all metrics together, have as many series as they may.</summary>
    SeriesLimit,

    /// <summary>Its parts do not fit together, or it is a delta that cannot be added.</summary>
    Malformed,

    /// <summary>A scraper wants names escaped, by which they become those of another series; counted with every scrape.</summary>
    NameCollision,
}

/// <summary>Counts and logs what is left out: everything is counted, and what has one cause is logged once, up to twenty causes a minute.</summary>
internal sealed partial class SeriesReport
{
    private static readonly string[] Reasons = ["conflicting_type", "duplicate", "out_of_order", "series_limit", "malformed", "name_collision"];

    private readonly LeftOutCounter _leftOut;
    private readonly Counter<long> _cut;
    private readonly KeyValuePair<string, object?>[] _component;
    private readonly ILogger _logger;
    private readonly LogBudget _budget;

    public SeriesReport(ComponentContext context, Func<long> series)
    {
        _logger = context.Logger;
        _budget = new LogBudget(context.Time);
        _component = context.MetricTags;
        _leftOut = new LeftOutCounter(context, "sluice_prometheus_left_out_points", "Data points that are not exposed, by reason.", Reasons);
        _cut = context.Meter.CreateCounter<long>("sluice_prometheus_cut_points", "{point}", "Data points of series beyond the limit of their metric, by metric.");
        context.Meter.CreateObservableGauge("sluice_prometheus_series", () => new Measurement<long>(series(), _component), "{series}", "Series that are kept.");
    }

    /// <summary>Whether there was room for series since their number was reported last.</summary>
    public bool HasRoom { get; set; } = true;

    public void Count(LeftOut reason) => _leftOut.Add((int)reason, 1);

    public void Limit(MetricFamily family, MetricStream stream, int limit)
    {
        Count(LeftOut.SeriesLimit);
        _cut.Add(1, family.CutTags ??= [.. _component, new("metric", family.Name)]);
        if (!family.LimitReported && _budget.TryTake())
        {
            family.LimitReported = true;
            LogLimit(family.Name, limit, stream.ToString());
        }
    }

    /// <summary>Reports a data point of a series beyond the limit of all. It is not counted by metric: their names may be what there is too much of.</summary>
    public void Limit(MetricStream stream, int limit)
    {
        Count(LeftOut.SeriesLimit);
        if (HasRoom && _budget.TryTake())
        {
            HasRoom = false;
            LogFull(limit, stream.ToString());
        }
    }

    public void Conflict(string name, string stream, string type, MetricFamily first)
    {
        if (_budget.TryTake())
        {
            LogConflict(name, type, stream, first.Type.ToString(), first.Name, first.FirstStream);
        }
    }

    public void Duplicate(MetricPoint point, MetricStream stream)
    {
        Count(LeftOut.Duplicate);
        if (!stream.DuplicateReported && _budget.TryTake())
        {
            stream.DuplicateReported = true;
            var (first, difference) = (point.Owner, stream.Source.DifferenceFrom(point.Owner.Source));
            if (difference is null && stream.Description != first.Description)
            {
                LogTwoMetrics(stream.Source.ToString(), point.Family.Name, point.ToString(), stream.Description, first.Description);
            }
            else
            {
                LogDuplicate(point.Family.Name, point.ToString(), first.ToString(), stream.ToString(), difference ?? "the order of attributes, or in scopes that are no labels");
            }
        }
    }

    /// <summary>Reports a data point whose attributes become the labels of a series that its stream writes with others.</summary>
    /// <param name="point">The series.</param>
    /// <param name="stream">Whose data point it is.</param>
    /// <param name="plan">How its attributes become labels.</param>
    /// <param name="attributes">Its attributes.</param>
    public void Duplicate(MetricPoint point, MetricStream stream, LabelPlan plan, PointAttributes attributes)
    {
        Count(LeftOut.Duplicate);
        if (!stream.AttributesReported && _budget.TryTake())
        {
            stream.AttributesReported = true;
            var keys = (uint)(point.AttributesPrint >> 32);
            var first = keys == plan.KeysPrint ? "other values" : $"{stream.Source.Plans.Values.FirstOrDefault(other => other.KeysPrint == keys)?.ToString() ?? "others"}";
            LogDuplicateAttributes(stream.ToString(), point.Family.Name, point.ToString(), plan.ToString(), attributes.ToString(), first);
        }
    }

    /// <summary>Reports a data point that is older than the last one of its series.</summary>
    /// <param name="point">The series.</param>
    /// <param name="stream">Whose data point it is.</param>
    /// <param name="by">How much older it is.</param>
    public void OutOfOrder(MetricPoint point, MetricStream stream, TimeSpan by)
    {
        Count(LeftOut.OutOfOrder);
        if (!stream.OutOfOrderReported && _budget.TryTake())
        {
            stream.OutOfOrderReported = true;
            LogOutOfOrder(point.Family.Name, point.ToString(), stream.ToString(), by.TotalSeconds);
        }
    }

    /// <summary>Reports a data point that cannot be taken as it is.</summary>
    /// <param name="stream">Whose data point it is.</param>
    /// <param name="fault">What is wrong with it.</param>
    public void Malformed(MetricStream stream, string fault)
    {
        Count(LeftOut.Malformed);
        if (!stream.MalformedReported && _budget.TryTake())
        {
            stream.MalformedReported = true;
            LogMalformed(stream.ToString(), fault);
        }
    }

    /// <summary>Reports series that a scraper does not get, since their names as it wants them are those of others.</summary>
    public void Hidden(MetricFamily family, int series)
    {
        _leftOut.Add((int)LeftOut.NameCollision, series);
        if (!family.CollisionReported && _budget.TryTake())
        {
            family.CollisionReported = true;
            LogHidden(family.Name, family.FirstStream);
        }
    }

    /// <summary>Reports a metric that could not be added because of an error of ours.</summary>
    /// <returns>Why it is refused.</returns>
    public string Failed(Exception exception)
    {
        if (_budget.TryTake())
        {
            LogFailed(exception);
        }

        return $"an internal error, of which the log tells more: {exception.Message}";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Scrapers that want names escaped do not get all of {Metric}, first of {Stream}: escaped, it or its labels have the names of others; rename them, or let scrapers ask for escaping=allow-utf-8")]
    private partial void LogHidden(string metric, string stream);

    [LoggerMessage(Level = LogLevel.Error, Message = "A metric could not be added because of an internal error, and goes to the dead letters")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Data points of {Metric}{{{Labels}}} are left out: one of {Stream} is {Seconds} s older than the last; late ones do no harm, but where the sender's clock was set back, all are left out until they are newer again, or metric_expiration after the last that was not")]
    private partial void LogOutOfOrder(string metric, string labels, string stream, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A data point of {Stream} is left out, and its metric goes to the dead letters: {Fault}")]
    private partial void LogMalformed(string stream, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There are {Limit} series, or as many metrics of sources (max_series), and further ones are left out, first of {Stream}; sluice_prometheus_series says how many there are: find what makes so many metrics, instances or attributes, or raise the limit")]
    private partial void LogFull(int limit, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Metric} has {Limit} series (max_series_per_metric), and further ones are left out, first of {Stream}; drop an attribute that has many values, or raise the limit")]
    private partial void LogLimit(string metric, int limit, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Metric} would be a {Type} for {Stream}, which is left out: it conflicts with the {FirstType} {FirstMetric}, first of {First}; rename one of them")]
    private partial void LogConflict(string metric, string type, string stream, string firstType, string firstMetric, string first);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Two sources write {Metric}{{{Labels}}}: the data points of {Stream} are left out while {First} writes it. They differ in {Difference}; give every instance of a service its own service.instance.id")]
    private partial void LogDuplicate(string metric, string labels, string first, string stream, string difference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Two metrics of {Source} become one series, {Metric}{{{Labels}}}: the data points of {Stream} are left out while {First} writes it; rename one of them, or choose a translation_strategy that keeps them apart")]
    private partial void LogTwoMetrics(string source, string metric, string labels, string stream, string first);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Two sets of attributes of {Stream} become the labels of one series, {Metric}{{{Labels}}}: the data points with {Keys}, first {Attributes}, are left out while those with {First} write it. Attributes whose names become the same are joined, and those of the resource that become labels take the place of others; rename one of them")]
    private partial void LogDuplicateAttributes(string stream, string metric, string labels, string keys, string attributes, string first);
}
