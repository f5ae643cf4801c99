namespace Sluice.Api.Parameters;

/// <summary>The names of query parameters, the same in every endpoint that has them.</summary>
internal static class ParameterNames
{
    public const string Query = "q";
    public const string From = "from";
    public const string To = "to";
    public const string Service = "service";
    public const string Severity = "severity";
    public const string TraceId = "trace_id";
    public const string SpanId = "span_id";
    public const string Event = "event";
    public const string Attribute = "attr";
    public const string Limit = "limit";
    public const string Cursor = "cursor";
    public const string Order = "order";
    public const string Operation = "operation";
    public const string MinDuration = "min_duration";
    public const string MaxDuration = "max_duration";
    public const string Error = "error";
    public const string Step = "step";
    public const string Signal = "signal";
    public const string Name = "name";
    public const string Consumer = "consumer";
    public const string Component = "component";
    public const string Pipeline = "pipeline";
    public const string Reason = "reason";
    public const string Since = "since";
    public const string Until = "until";
    public const string Ids = "ids";
    public const string All = "all";
    public const string Target = "to";
}
