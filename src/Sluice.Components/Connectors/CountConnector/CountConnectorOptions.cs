using Sluice.Buffers;
using Sluice.Components.Connectors.CountConnector.Conditions;
using Sluice.Configuration;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>Options of the <c>count</c> connector: the Collector's keys and defaults, and <c>events</c>.</summary>
[UnsupportedOption("profiles", "there are no pipelines of profiles: take it out")]
public sealed record CountConnectorOptions : IValidatableOptions
{
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
    [Option("How often counts are given out, where something was counted.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan MetricsFlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Everything that is counted.</summary>
    /// <param name="pool">For what is put together at the start.</param>
    internal IEnumerable<CountDefinition> Definitions(BufferPool pool)
    {
        foreach (var (kind, key, configured, name, what) in Sections())
        {
            foreach (var (metric, options) in configured ?? new Dictionary<string, CountOptions> { [name] = new() { Description = $"The number of {what} observed." } })
            {
                yield return new CountDefinition(kind, metric, options, pool);
            }
        }
    }

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
