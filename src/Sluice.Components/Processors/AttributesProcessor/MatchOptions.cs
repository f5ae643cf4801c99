using Sluice.Configuration;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>Properties of records. All that are given must match; of the texts of one property, one.</summary>
[IgnoredOption("regexp", "patterns are compiled once at start, so there is nothing to cache")]
public sealed record MatchOptions : IValidatableOptions
{
    internal static readonly string[] SpanKindNames =
    [
        "SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER",
    ];

    /// <summary>How texts are compared.</summary>
    [Option("How texts are compared.", Required = true)]
    public MatchType MatchType { get; init; }

    /// <summary>Names of services.</summary>
    [Option("Values of the resource attribute service.name.")]
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Names of spans.</summary>
    [Option("Names of spans; in traces pipelines only.")]
    public IReadOnlyList<string> SpanNames { get; init; } = [];

    /// <summary>Kinds of spans.</summary>
    [Option("Kinds of spans, such as SPAN_KIND_SERVER; in traces pipelines only.")]
    public IReadOnlyList<string> SpanKinds { get; init; } = [];

    /// <summary>Bodies of log records.</summary>
    [Option("Bodies of log records, as text; in logs and events pipelines only.")]
    public IReadOnlyList<string> LogBodies { get; init; } = [];

    /// <summary>Severity texts of log records.</summary>
    [Option("Severity texts of log records; in logs and events pipelines only.")]
    public IReadOnlyList<string> LogSeverityTexts { get; init; } = [];

    /// <summary>Severity numbers of log records.</summary>
    [Option("Severity numbers of log records; in logs and events pipelines only.")]
    public SeverityMatchOptions? LogSeverityNumber { get; init; }

    /// <summary>Names of metrics.</summary>
    [Option("Names of metrics; in metrics pipelines only.")]
    public IReadOnlyList<string> MetricNames { get; init; } = [];

    /// <summary>Attributes of the record.</summary>
    [Option("Attributes of the record; all must be there. Not in metrics pipelines, where attributes are those of data points.")]
    public IReadOnlyList<AttributeMatchOptions> Attributes { get; init; } = [];

    /// <summary>Attributes of the resource.</summary>
    [Option("Attributes of the resource; all must be there.")]
    public IReadOnlyList<AttributeMatchOptions> Resources { get; init; } = [];

    /// <summary>Instrumentation scopes.</summary>
    [Option("Instrumentation scopes.")]
    public IReadOnlyList<LibraryMatchOptions> Libraries { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Services.Count + SpanNames.Count + SpanKinds.Count + LogBodies.Count + LogSeverityTexts.Count + MetricNames.Count +
            Attributes.Count + Resources.Count + Libraries.Count == 0 && LogSeverityNumber is null)
        {
            context.Error("", "it names no property to match", "give services, attributes, resources or another property, or remove it");
        }

        if (MatchType == MatchType.Regexp)
        {
            ValidatePatterns(context);
        }
        else if (SpanKinds.FirstOrDefault(static kind => !SpanKindNames.Contains(kind)) is { } unknown)
        {
            context.Error("span_kinds", $"\"{unknown}\" is no kind of span", "give one of " + string.Join(", ", SpanKindNames));
        }
    }

    private void ValidatePatterns(OptionsValidation context)
    {
        (string Key, IEnumerable<string> Patterns)[] all =
        [
            ("services", Services), ("span_names", SpanNames), ("span_kinds", SpanKinds), ("log_bodies", LogBodies),
            ("log_severity_texts", LogSeverityTexts), ("metric_names", MetricNames),
            ("libraries", Libraries.SelectMany(static library => library.Version is { } version ? new[] { library.Name, version } : [library.Name])),
            ("attributes", PatternsOf("attributes", Attributes, context)),
            ("resources", PatternsOf("resources", Resources, context)),
        ];
        foreach (var (key, patterns) in all)
        {
            foreach (var pattern in patterns)
            {
                try
                {
                    Re2Pattern.Compile(pattern);
                }
                catch (ArgumentException e)
                {
                    context.Error(key, $"\"{pattern}\" cannot be used: {e.Message}", "correct it; the syntax is that of RE2");
                }
            }
        }
    }

    private static List<string> PatternsOf(string key, IEnumerable<AttributeMatchOptions> attributes, OptionsValidation context)
    {
        var patterns = new List<string>();
        foreach (var literal in attributes.Select(static attribute => attribute.Literal))
        {
            if (literal is ConfigScalar { Kind: ScalarKind.String } text)
            {
                patterns.Add(text.Verbatim);
            }
            else if (literal is not null)
            {
                context.Error(key, "with match_type regexp a value is a pattern, and one of these is no text", "put it in quotes, or use match_type strict");
            }
        }

        return patterns;
    }
}
