namespace Sluice.Components.Connectors.CountConnector.Conditions;

/// <summary>What conditions can look at, by what is counted.</summary>
internal static class ConditionPaths
{
    private static readonly (string Path, ConditionField Field)[] Around =
    [
        ("resource.attributes[]", ConditionField.ResourceAttribute),
        ("scope.name", ConditionField.ScopeName),
        ("scope.version", ConditionField.ScopeVersion),
        ("scope.attributes[]", ConditionField.ScopeAttribute),
        ("instrumentation_scope.name", ConditionField.ScopeName),
        ("instrumentation_scope.version", ConditionField.ScopeVersion),
        ("instrumentation_scope.attributes[]", ConditionField.ScopeAttribute),
    ];

    private static readonly (string Path, ConditionField Field)[] Span =
    [
        ("name", ConditionField.SpanName),
        ("kind", ConditionField.SpanKind),
        ("status.code", ConditionField.StatusCode),
        ("status.message", ConditionField.StatusMessage),
    ];

    private static readonly (string Path, ConditionField Field)[] Log =
    [
        ("severity_number", ConditionField.SeverityNumber),
        ("severity_text", ConditionField.SeverityText),
        ("event_name", ConditionField.LogEventName),
        ("body", ConditionField.Body),
    ];

    private static readonly (string Path, ConditionField Field)[] Metric =
    [
        ("name", ConditionField.MetricName),
        ("description", ConditionField.MetricDescription),
        ("unit", ConditionField.MetricUnit),
        ("type", ConditionField.MetricType),
    ];

    /// <summary>What paths of the transformation language end with that are not compared here.</summary>
    private static readonly HashSet<string> NotYet = new(
        [
            "aggregation_temporality", "attributes", "body", "body[]", "bucket_counts", "cache", "cache[]", "count", "data_points", "deprecated_string",
            "dropped_attributes_count", "dropped_events_count", "dropped_links_count", "end_time", "end_time_unix_nano", "event_index", "events", "exemplars", "explicit_bounds", "flags",
            "instrumentation_scope", "is_monotonic", "links", "metric", "negative", "observed_time", "observed_time_unix_nano", "parent_span_id", "positive",
            "quantile_values", "resource", "scale", "schema_url", "scope", "span", "span_id", "start_time", "start_time_unix_nano", "status", "string", "sum",
            "time", "time_unix_nano", "trace_id", "trace_state", "value_double", "value_int", "zero_count",
        ],
        StringComparer.Ordinal);

    private static readonly (string Path, ConditionField Field) Own = ("attributes[]", ConditionField.Attribute);

    private static readonly (string Path, ConditionField Field) OfRecord = ("attributes[]", ConditionField.RecordAttribute);

    /// <summary>The paths of what is counted, without those of scope and resource that have another name.</summary>
    public static IEnumerable<string> Of(CountKind kind) => All(kind)
        .Where(entry => entry.Path.IndexOf('.', StringComparison.Ordinal) < 0 || !entry.Path.StartsWith("instrumentation", StringComparison.Ordinal))
        .Select(entry => entry.Path.Replace("[]", "[\"key\"]", StringComparison.Ordinal)).Distinct();

    /// <summary>What is said of a path that means nothing here.</summary>
    public static string Fault(string path)
    {
        var shown = path.Replace("[]", "[…]", StringComparison.Ordinal);
        return NotYet.Contains(path[(path.LastIndexOf('.') + 1)..])
            ? $"{shown} is not compared here yet"
            : $"there is no {shown} to compare";
    }

    /// <summary>What a path means; null when it means nothing.</summary>
    public static ConditionField? Find(CountKind kind, string path)
    {
        // With or without the name of what is counted.
        var (context, _) = Context(kind);
        var own = path.StartsWith(context + ".", StringComparison.Ordinal) ? path[(context.Length + 1)..] : path;
        foreach (var (known, field) in All(kind))
        {
            if (known == own || known == path)
            {
                return field;
            }
        }

        return null;
    }

    private static IEnumerable<(string Path, ConditionField Field)> All(CountKind kind) => [.. Context(kind).Paths, .. Around];

    private static (string Name, (string Path, ConditionField Field)[] Paths) Context(CountKind kind) => kind switch
    {
        CountKind.Spans => ("span", [Own, .. Span]),
        CountKind.SpanEvents => ("spanevent", [Own, ("name", ConditionField.EventName), .. Prefixed("span", [OfRecord, .. Span])]),
        CountKind.Metrics => ("metric", Metric),
        CountKind.DataPoints => ("datapoint", [Own, .. Prefixed("metric", Metric)]),
        _ => ("log", [Own, .. Log]),
    };

    private static IEnumerable<(string Path, ConditionField Field)> Prefixed(string prefix, IEnumerable<(string Path, ConditionField Field)> paths) =>
        paths.Select(entry => ($"{prefix}.{entry.Path}", entry.Field));
}
