using System.Text;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Sluice.Components.Exporters.Prometheus;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>Why data points are left out.</summary>
internal enum LeftOut
{
    /// <summary>The series has that sample already.</summary>
    Duplicate,

    /// <summary>The series has a sample of the same time with another value.</summary>
    Conflicting,

    /// <summary>The series has a later sample already.</summary>
    OutOfOrder,

    /// <summary>It is further ahead of the clock than samples may be.</summary>
    TooFarAhead,

    /// <summary>Its series is written with other attributes, which become the same labels.</summary>
    OtherAttributes,
}

/// <summary>
/// Counts and logs what is left out: everything is counted once it is settled, and logged once for each metric, a few a minute. Logs what is refused.
/// </summary>
internal sealed partial class RemoteWriteReport
{
    /// <summary>Answers that are remembered; receivers may put into them what they like.</summary>
    private const int MaxRefusals = 100;

    private static readonly TimeSpan BetweenRefusals = TimeSpan.FromHours(1);
    private static readonly string[] Reasons = ["duplicate", "conflicting", "out_of_order", "too_far_ahead", "other_attributes"];

    private readonly LeftOutCounter _leftOut;
    private readonly ILogger _logger;
    private readonly LogBudget _budget;
    private readonly TimeProvider _time;
    private readonly HashSet<string> _refusals = new(StringComparer.Ordinal);
    private long _refusalsSince;
    private readonly long[] _before = new long[Reasons.Length];
    private readonly long[] _entry = new long[Reasons.Length];

    /// <summary>Creates one.</summary>
    /// <param name="context">What the runtime gave the exporter.</param>
    /// <param name="series">How many data points have their labels kept; asked from any thread.</param>
    public RemoteWriteReport(ComponentContext context, Func<long> series)
    {
        _logger = context.Logger;
        _budget = new LogBudget(context.Time);
        _time = context.Time;
        var component = context.MetricTags;
        _leftOut = new LeftOutCounter(context, "sluice_remote_write_left_out_points", "Data points that are not sent, by reason.", Reasons);
        context.Meter.CreateObservableGauge(
            "sluice_remote_write_known_points", () => new Measurement<long>(series(), component), "{point}", "Data points whose labels are kept.");
    }

    /// <summary>What is counted next is of another entry.</summary>
    public void BeginEntry()
    {
        for (var i = 0; i < _entry.Length; i++)
        {
            _before[i] += _entry[i];
        }

        Array.Clear(_entry);
    }

    /// <summary>Counts a data point that is left out.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="stream">Its metric.</param>
    /// <param name="isFiner">With <see cref="LeftOut.Conflicting"/>: only the sample that the series has is of the same time, its data point is not.</param>
    public void Count(LeftOut reason, MetricStream stream, bool isFiner = false)
    {
        _entry[(int)reason]++;
        if (reason == LeftOut.Duplicate || stream.Reported || !_budget.TryTake())
        {
            return;
        }

        stream.Reported = true;
        if (reason == LeftOut.TooFarAhead)
        {
            LogTooFarAhead(stream.ToString());
        }
        else if (isFiner)
        {
            LogSameMillisecond(stream.ToString());
        }
        else
        {
            LogLeftOut(stream.ToString(), reason == LeftOut.Conflicting ? "of the time of one with another value" : "older than one");
        }
    }

    /// <summary>Counts a data point that is left out since other attributes of its metric write its series.</summary>
    /// <param name="stream">Its metric.</param>
    /// <param name="attributes">Its attributes, as fields.</param>
    /// <param name="field">The number of these fields.</param>
    public void CountOtherAttributes(MetricStream stream, ReadOnlySpan<byte> attributes, int field)
    {
        _entry[(int)LeftOut.OtherAttributes]++;
        if (stream.AttributesReported || !_budget.TryTake())
        {
            return;
        }

        stream.AttributesReported = true;
        var texts = new List<(string, string)>();
        foreach (var attribute in new AttributeEnumerator(attributes, field))
        {
            texts.Add((Encoding.UTF8.GetString(attribute.Key), AttributeText.Of(attribute.Value)));
        }

        LogOtherAttributes(stream.ToString(), AttributeText.List(texts));
    }

    /// <summary>Logs that the receiver refuses records for good: each of its answers once an hour.</summary>
    /// <param name="reason">Its status and words.</param>
    public void Refused(string reason)
    {
        if (IsNews(reason))
        {
            LogRefused(reason);
        }
    }

    /// <summary>Logs that something cannot be said in remote write: each cause once an hour, with the first metric that it concerns.</summary>
    /// <param name="metric">The name of the metric, as it came: a text is made of it only to be logged.</param>
    /// <param name="reason">What it is, and what to do.</param>
    public void CannotBeSent(ReadOnlySpan<byte> metric, string reason)
    {
        if (IsNews(reason))
        {
            LogCannotBeSent(Encoding.UTF8.GetString(metric), reason);
        }
    }

    /// <inheritdoc cref="CannotBeSent(ReadOnlySpan{byte}, string)"/>
    public void CannotBeSent(string metric, string reason)
    {
        if (IsNews(reason))
        {
            LogCannotBeSent(metric, reason);
        }
    }

    /// <summary>What was counted holds; that of the entry at hand only if it is part of it.</summary>
    public void Commit(bool withoutEntry)
    {
        if (!withoutEntry)
        {
            BeginEntry();
        }

        for (var i = 0; i < _before.Length; i++)
        {
            if (_before[i] > 0)
            {
                _leftOut.Add(i, _before[i]);
                _before[i] = 0;
            }
        }
    }

    /// <summary>What was counted and not committed comes again.</summary>
    public void RollBack()
    {
        Array.Clear(_before);
        Array.Clear(_entry);
    }

    private bool IsNews(string reason)
    {
        if (_refusals.Count == MaxRefusals || _time.GetElapsedTime(_refusalsSince) >= BetweenRefusals)
        {
            _refusals.Clear();
            _refusalsSince = _time.GetTimestamp();
        }

        return !_refusals.Contains(reason) && _budget.TryTake() && _refusals.Add(reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Metrics are refused for good, and go to the dead letters: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Metrics go to the dead letters, the first of them {Metric}: {Reason}")]
    private partial void LogCannotBeSent(string metric, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Data points of {Stream} go to the dead letters: they are {What} that was sent before; give every instance of a service its own service.instance.id, rename metrics or attributes of one source that become the same name, and let one path lead here")]
    private partial void LogLeftOut(string stream, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Data points of {Stream} go to the dead letters: their attributes, first {Attributes}, become the labels of a series that is written with other attributes of the same metric. Attributes whose names become the same are joined, and those of the resource that become labels take the place of others; rename one of them")]
    private partial void LogOtherAttributes(string stream, string attributes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Data points of {Stream} go to the dead letters: they are of the same millisecond as one with another value that was sent before, and samples of Prometheus have no finer times; let the sender measure less often")]
    private partial void LogSameMillisecond(string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Data points of {Stream} go to the dead letters: they are more than 10 minutes ahead of the clock here; look at the clock of the sender, and at this one")]
    private partial void LogTooFarAhead(string stream);
}
