using Sluice.Components.Connectors.Metering;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Connectors.SpanMetricsConnector;

/// <summary>Options of the <c>spanmetrics</c> connector: the Collector's keys and defaults.</summary>
[IgnoredOption("dimensions_cache_size", "the Collector has deprecated it: aggregation_cardinality_limit limits series")]
[IgnoredOption("metric_timestamp_cache_size", "every series remembers when it was given out last")]
public sealed record SpanMetricsConnectorOptions : IValidatableOptions, IDeltaMaker
{
    /// <summary>The dimension that tells this process from others that count the same services.</summary>
    internal const string InstanceId = "collector.instance.id";

    /// <summary>The dimensions that every metric has.</summary>
    internal static IReadOnlyList<string> Standard { get; } = ["service.name", "span.name", "span.kind", "status.code", InstanceId];

    /// <summary>Before the names of the metrics.</summary>
    [Option("What the names of the metrics begin with, followed by a dot; empty for nothing.")]
    public string Namespace { get; init; } = "traces.span.metrics";

    /// <summary>Attributes that make series.</summary>
    [Option("Attributes of the span, or else of its resource, by which all metrics are split beside service.name, span.name, span.kind, status.code and collector.instance.id.")]
    public IReadOnlyList<DimensionOptions> Dimensions { get; init; } = [];

    /// <summary>Attributes that make series of calls alone.</summary>
    [Option("Further dimensions of the metric calls.")]
    public IReadOnlyList<DimensionOptions> CallsDimensions { get; init; } = [];

    /// <summary>Standard dimensions that are left out.</summary>
    [Option("Which of service.name, span.name, span.kind, status.code and collector.instance.id are left out.")]
    public IReadOnlyList<string> ExcludeDimensions { get; init; } = [];

    /// <summary>Names of scopes that become dimensions.</summary>
    [Option("Names of instrumentation scopes whose spans get the dimensions span.instrumentation.scope.name and span.instrumentation.scope.version.")]
    public IReadOnlyList<string> IncludeInstrumentationScope { get; init; } = [];

    /// <summary>The metric of durations.</summary>
    [Option("The metric duration.")]
    public HistogramOptions Histogram { get; init; } = new();

    /// <summary>Whether values are since the start or since the last time.</summary>
    [Option("Whether values count since the start of their series, or since they were given out last.")]
    public Temporality AggregationTemporality { get; init; }

    /// <summary>How often metrics are given out.</summary>
    [Option("How often metrics are given out.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan MetricsFlushInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a resource without spans keeps its metrics; zero for ever.</summary>
    [Option("How long the metrics of a resource are given out without a new span of it; 0s for ever.", Min = 0)]
    public TimeSpan MetricsExpiration { get; init; }

    /// <summary>How long a series without spans is kept; zero for ever.</summary>
    [Option("How long a series is given out without a new span for it; 0s for ever.", Min = 0)]
    public TimeSpan SeriesExpiration { get; init; }

    /// <summary>Resources kept.</summary>
    [Option("Resources whose metrics are kept; of more, those without spans for the longest time are forgotten after they were given out. Where there are ten times as many before that, spans of more are counted under no resource.", Unit = "resources", Min = 1)]
    public int ResourceMetricsCacheSize { get; init; } = 1000;

    /// <summary>Attributes that tell resources apart.</summary>
    [Option("Attributes by which resources are told apart, so that a restarted service goes on counting; without any, all attributes.")]
    public IReadOnlyList<string> ResourceMetricsKeyAttributes { get; init; } = [];

    /// <summary>Whether the metrics have the resource of the spans.</summary>
    [Option("Whether the metrics have the resource of their spans. Otherwise they have none, and spans of all resources are counted together.")]
    public bool AddResourceAttributes { get; init; } = true;

    /// <summary>Series of a resource and metric; 0 for no limit of its own.</summary>
    [Option("Series of each metric of a resource; what is beyond is counted in one with the attribute otel.metric.overflow. 0 for no limit but that of 200000 series in all.", Unit = "series", Min = 0)]
    public int AggregationCardinalityLimit { get; init; }

    /// <summary>Whether series say how they were counted.</summary>
    [Option("Whether series have the attribute sampling.method: extrapolated for spans that stand for others by the sampling threshold of their trace state, counted for all others.")]
    public bool EnableMetricsSamplingMethod { get; init; }

    /// <summary>Spans as examples.</summary>
    [Option("Spans as examples of what was counted.")]
    public ExemplarOptions Exemplars { get; init; } = new();

    /// <summary>The metric of events.</summary>
    [Option("The metric events, which counts the events of spans.")]
    public EventOptions Events { get; init; } = new();

    /// <summary>How much is kept, and how long.</summary>
    internal SeriesLimits Limits => new()
    {
        CardinalityLimit = AggregationCardinalityLimit,
        ResourceCacheSize = ResourceMetricsCacheSize,
        MetricsExpiration = MetricsExpiration,
        SeriesExpiration = SeriesExpiration,
    };

    bool IDeltaMaker.MakesDeltas => AggregationTemporality == Temporality.Delta;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        CheckDimensions("dimensions", Dimensions, Standard, context);
        CheckDimensions("calls_dimensions", CallsDimensions, [.. Standard, .. Names(Dimensions)], context);
        CheckDimensions("histogram::dimensions", Histogram.Dimensions, [.. Standard, .. Names(Dimensions)], context);
        CheckDimensions("events::dimensions", Events.Dimensions, [.. Standard, .. Names(Dimensions)], context);
        foreach (var unknown in ExcludeDimensions.Except(Standard))
        {
            context.Warning("exclude_dimensions", $"\"{unknown}\" is none of the dimensions that can be left out", $"name some of {string.Join(", ", Standard)}");
        }

        if (Events.Enabled && Events.Dimensions.Count == 0)
        {
            context.Error("events::dimensions", "events are counted without a dimension of their own", "name at least one attribute of events, such as exception.type");
        }
    }

    private static IEnumerable<string> Names(IEnumerable<DimensionOptions> dimensions) => dimensions.Select(dimension => dimension.Name);

    private static void CheckDimensions(string key, IReadOnlyList<DimensionOptions> dimensions, IReadOnlyList<string> taken, OptionsValidation context)
    {
        var known = taken.ToHashSet(StringComparer.Ordinal);
        foreach (var name in Names(dimensions).Where(name => !known.Add(name)))
        {
            context.Error(key, $"\"{name}\" is a dimension twice", "remove one");
        }
    }
}

/// <summary>An attribute by which metrics are split.</summary>
[UnsupportedOption("glob", "name every attribute: a dimension for each that fits has no bound")]
public sealed record DimensionOptions : IValidatableOptions
{
    /// <summary>The key of the attribute.</summary>
    [Option("The key of the attribute.", Required = true)]
    public string Name { get; init; } = "";

    /// <summary>The value where there is none; null for no dimension then.</summary>
    [Option("The value of spans without the attribute; absent, they are counted without the dimension.")]
    public string? Default { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Name.Length == 0)
        {
            context.Error("name", "it is empty", "give the key of an attribute");
        }
    }
}

/// <summary>The metric of durations.</summary>
public sealed record HistogramOptions : IValidatableOptions
{
    /// <summary>Whether there is none.</summary>
    [Option("Whether durations are left out.")]
    public bool Disable { get; init; }

    /// <summary>The unit.</summary>
    [Option("The unit of durations: milliseconds or seconds.")]
    public DurationUnit Unit { get; init; }

    /// <summary>Buckets by bounds.</summary>
    [Option("Buckets with given bounds, which is the default.")]
    public ExplicitOptions? Explicit { get; init; }

    /// <summary>Buckets that grow by a factor.</summary>
    [Option("Buckets that fit what comes: an exponential histogram.")]
    public ExponentialOptions? Exponential { get; init; }

    /// <summary>Attributes that make series of durations alone.</summary>
    [Option("Further dimensions of the metric duration.")]
    public IReadOnlyList<DimensionOptions> Dimensions { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Explicit is not null && Exponential is not null)
        {
            context.Error("exponential", "explicit is there too", "keep one of them");
        }
    }
}

/// <summary>Buckets with given bounds.</summary>
public sealed record ExplicitOptions : IValidatableOptions
{
    /// <summary>The upper bounds.</summary>
    [Option("The upper bounds of the buckets, ascending; a last bucket holds what is longer.")]
    public IReadOnlyList<TimeSpan> Buckets { get; init; } =
        [.. new[] { 2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000 }.Select(bound => TimeSpan.FromMilliseconds(bound))];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Buckets.Zip(Buckets.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            context.Error("buckets", "the bounds do not ascend", "write each once, the shortest first");
        }

        if (Buckets.Any(bound => bound < TimeSpan.Zero))
        {
            context.Error("buckets", "a bound is below 0, where no duration is", "remove it");
        }
    }
}

/// <summary>Buckets that grow by a factor.</summary>
public sealed record ExponentialOptions
{
    /// <summary>Buckets at most.</summary>
    [Option("Buckets at most; they become wider where more would be needed.", Unit = "buckets", Min = 2, Max = 10000)]
    public int MaxSize { get; init; } = 160;
}

/// <summary>Spans as examples.</summary>
public sealed record ExemplarOptions
{
    /// <summary>Whether there are any.</summary>
    [Option("Whether data points name spans that were counted in them.")]
    public bool Enabled { get; init; }

    /// <summary>How many at each data point.</summary>
    [Option("Spans at each data point: the first since metrics were given out last.", Unit = "spans", Min = 1, Max = 100)]
    public int MaxPerDataPoint { get; init; } = 5;
}

/// <summary>The metric of events.</summary>
public sealed record EventOptions
{
    /// <summary>Whether events are counted.</summary>
    [Option("Whether the events of spans are counted.")]
    public bool Enabled { get; init; }

    /// <summary>Attributes of events that make series.</summary>
    [Option("Attributes of events, or else of the resource, by which they are counted beside all other dimensions.")]
    public IReadOnlyList<DimensionOptions> Dimensions { get; init; } = [];
}

/// <summary>The unit of durations.</summary>
public enum DurationUnit
{
    /// <summary>Milliseconds.</summary>
    [OptionValue("ms")]
    Milliseconds,

    /// <summary>Seconds.</summary>
    [OptionValue("s")]
    Seconds,
}
