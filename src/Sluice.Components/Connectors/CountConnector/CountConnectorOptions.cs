using Sluice.Components.Connectors.CountConnector.Conditions;
using Sluice.Components.Connectors.Metering;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>Options of the <c>count</c> connector: the Collector's keys and defaults, and <c>events</c>.</summary>
[UnsupportedOption("profiles", "there are no pipelines of profiles: take it out")]
public sealed record CountConnectorOptions : IValidatableOptions, IDeltaMaker
{
    private const int DefaultCacheSize = 1000;

    /// <summary>What is counted of spans; null for the default.</summary>
    [Option("Metrics that count spans, by name. Absent: trace.span.count, which counts all.")]
    public IReadOnlyDictionary<string, CountOptions>? Spans { get; init; }

    /// <summary>What is counted of the events of spans; null for the default.</summary>
    [Option("Metrics that count the events of spans, by name. Absent: trace.span.event.count, which counts all.", Key = "spanevents")]
    public IReadOnlyDictionary<string, CountOptions>? SpanEvents { get; init; }

    /// <summary>What is counted of metrics; null for the default.</summary>
    [Option("Metrics that count metrics, by name; without attributes. Absent: metric.count, which counts all.")]
    public IReadOnlyDictionary<string, CountOptions>? Metrics { get; init; }

    /// <summary>What is counted of data points; null for the default.</summary>
    [Option("Metrics that count data points, by name. Absent: metric.datapoint.count, which counts all.", Key = "datapoints")]
    public IReadOnlyDictionary<string, CountOptions>? DataPoints { get; init; }

    /// <summary>What is counted of log records; null for the default.</summary>
    [Option("Metrics that count the records of logs pipelines, by name. Absent: log.record.count, which counts all.")]
    public IReadOnlyDictionary<string, CountOptions>? Logs { get; init; }

    /// <summary>What is counted of events; null for the default.</summary>
    [Option("Metrics that count the records of events pipelines, by name. Absent: event.count, which counts all.")]
    public IReadOnlyDictionary<string, CountOptions>? Events { get; init; }

    /// <summary>How often counts are given out.</summary>
    [Option("How often counts are given out; deltas where something was counted.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan MetricsFlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether values are since the start or since the last time.</summary>
    [Option("Whether values count since the start of their series, or since they were given out last.")]
    public Temporality AggregationTemporality { get; init; } = Temporality.Delta;

    /// <summary>How long a resource without records keeps its metrics; zero for ever.</summary>
    [Option("Of cumulative values: how long the metrics of a resource are given out without a new record of it; 0s for ever.", Min = 0)]
    public TimeSpan MetricsExpiration { get; init; }

    /// <summary>How long a series without records is kept; zero for ever.</summary>
    [Option("Of cumulative values: how long a series is given out without a new record for it; 0s for ever.", Min = 0)]
    public TimeSpan SeriesExpiration { get; init; }

    /// <summary>Resources kept.</summary>
    [Option("Of cumulative values: resources whose metrics are kept; of more, those without records for the longest time are forgotten after they were given out. Where there are ten times as many before that, records of more are counted under no resource.", Unit = "resources", Min = 1)]
    public int ResourceMetricsCacheSize { get; init; } = DefaultCacheSize;

    /// <summary>Attributes that tell resources apart.</summary>
    [Option("Of cumulative values: attributes by which resources are told apart, so that a restarted service goes on counting; without any, all attributes.")]
    public IReadOnlyList<string> ResourceMetricsKeyAttributes { get; init; } = [];

    /// <summary>Series of a resource and metric; 0 for no limit of its own.</summary>
    [Option("Of cumulative values: series of each metric of a resource; what is beyond is counted in one with the attribute otel.metric.overflow. 0 for no limit but that of 200000 series in all.", Unit = "series", Min = 0)]
    public int AggregationCardinalityLimit { get; init; }

    /// <summary>How much is kept of cumulative values, and how long.</summary>
    internal SeriesLimits Limits => new()
    {
        CardinalityLimit = AggregationCardinalityLimit,
        ResourceCacheSize = ResourceMetricsCacheSize,
        MetricsExpiration = MetricsExpiration,
        SeriesExpiration = SeriesExpiration,
    };

    /// <summary>Everything that is counted.</summary>
    internal IEnumerable<(CountKind Kind, string Name, CountOptions Options)> Counted()
    {
        foreach (var (kind, _, configured, name, what) in Sections())
        {
            foreach (var (metric, options) in configured ?? new Dictionary<string, CountOptions> { [name] = new() { Description = $"The number of {what} observed." } })
            {
                yield return (kind, metric, options);
            }
        }
    }

    bool IDeltaMaker.MakesDeltas => AggregationTemporality == Temporality.Delta;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        foreach (var (kind, key, configured, _, _) in Sections())
        {
            foreach (var (name, options) in configured ?? new Dictionary<string, CountOptions>())
            {
                Validate(kind, $"{key}::{name}", options, context);
                if (name.Length == 0)
                {
                    context.Error(key, "a metric has no name", "write one, such as error.count");
                }
            }
        }

        if (AggregationTemporality == Temporality.Delta)
        {
            WarnOfLimits(context);
        }
    }

    private void WarnOfLimits(OptionsValidation context)
    {
        var limits = Limits;
        foreach (var (key, isSet) in ((string, bool)[])
        [
            ("metrics_expiration", limits.MetricsExpiration > TimeSpan.Zero),
            ("series_expiration", limits.SeriesExpiration > TimeSpan.Zero),
            ("resource_metrics_cache_size", limits.ResourceCacheSize != DefaultCacheSize),
            ("resource_metrics_key_attributes", ResourceMetricsKeyAttributes.Count > 0),
            ("aggregation_cardinality_limit", limits.CardinalityLimit > 0),
        ])
        {
            if (isSet)
            {
                context.Warning(key, "it has no effect on deltas, of which nothing is kept", "set aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE, or remove it");
            }
        }
    }

    private static void Validate(CountKind kind, string key, CountOptions options, OptionsValidation context)
    {
        for (var i = 0; i < options.Conditions.Count; i++)
        {
            if (!ConditionParser.TryParse(options.Conditions[i], kind, out _, out var fault))
            {
                context.Error($"{key}::conditions", $"conditions[{i}]: {fault}", ConditionParser.Forms(kind));
            }
        }

        if (kind == CountKind.Metrics && options.Attributes.Count > 0)
        {
            context.Error($"{key}::attributes", "metrics have no attributes", "count data points by theirs, under datapoints");
        }

        foreach (var twice in options.Attributes.GroupBy(attribute => attribute.Key).Where(group => group.Count() > 1))
        {
            context.Error($"{key}::attributes", $"\"{twice.Key}\" is there twice", "remove one");
        }
    }

    private IEnumerable<(CountKind Kind, string Key, IReadOnlyDictionary<string, CountOptions>? Configured, string Name, string What)> Sections() =>
    [
        (CountKind.Spans, "spans", Spans, "trace.span.count", "spans"),
        (CountKind.SpanEvents, "spanevents", SpanEvents, "trace.span.event.count", "span events"),
        (CountKind.Metrics, "metrics", Metrics, "metric.count", "metrics"),
        (CountKind.DataPoints, "datapoints", DataPoints, "metric.datapoint.count", "data points"),
        (CountKind.Logs, "logs", Logs, "log.record.count", "log records"),
        (CountKind.Events, "events", Events, "event.count", "events"),
    ];
}

/// <summary>One metric that counts.</summary>
public sealed record CountOptions
{
    /// <summary>Its description.</summary>
    [Option("The description of the metric.")]
    public string Description { get; init; } = "";

    /// <summary>What is counted; empty for all.</summary>
    [Option("What is counted: what one of the conditions holds for. Without any, everything.")]
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>By what it is split.</summary>
    [Option("Attributes by which it is counted: of the record, or else of its scope, or else of its resource. What lacks one, and there is no default, is not counted.")]
    public IReadOnlyList<CountAttributeOptions> Attributes { get; init; } = [];
}

/// <summary>An attribute by which is counted.</summary>
[UnsupportedOption("any_depth", "name an attribute of the record itself")]
public sealed record CountAttributeOptions : IValidatableOptions
{
    /// <summary>Its key.</summary>
    [Option("The key of the attribute.", Required = true)]
    public string Key { get; init; } = "";

    /// <summary>The value where there is none; null or an empty text for none.</summary>
    [Option("The value of what lacks the attribute: a text, an integer or a floating-point number, which it stays; absent or empty for none.")]
    public ConfigNode? DefaultValue { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Key.Length == 0)
        {
            context.Error("key", "it is empty", "give the key of an attribute");
        }

        if (DefaultValue is ConfigScalar { Kind: ScalarKind.Int } integer && !integer.TryGetInteger(out _))
        {
            context.Error("default_value", $"{integer.Text} does not fit 64 bits", "put it in quotes, as a text");
        }
        else if (DefaultValue is not (null or ConfigScalar { Kind: not ScalarKind.Bool }))
        {
            context.Error("default_value", "it is neither a text nor a number", "give one, in quotes if it is to be a text");
        }
    }
}
