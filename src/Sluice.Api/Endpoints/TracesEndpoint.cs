using Sluice.Api.Parameters;
using Sluice.Store;

namespace Sluice.Api.Endpoints;

/// <summary>Traces by one of their spans.</summary>
internal sealed class TracesEndpoint : ApiEndpoint
{
    private const int StandardLimit = 20;
    private const int MaxLimit = 500;

    public override string Path => "traces";

    public override string Summary => "Traces with a span that meets all conditions.";

    public override IReadOnlyList<string> Parameters { get; } =
    [
        ParameterNames.Query, ParameterNames.Service, ParameterNames.Operation, ParameterNames.MinDuration, ParameterNames.MaxDuration,
        ParameterNames.Error, ParameterNames.From, ParameterNames.To, ParameterNames.Order, ParameterNames.Limit, ParameterNames.Cursor,
    ];

    /// <summary>Writes the summary of a trace into the object at hand.</summary>
    public static void WriteSummary(Answer answer, TraceSummary trace)
    {
        answer.Json.WriteString("trace_id", trace.TraceId.ToString());
        answer.Json.WriteString("name", trace.Name);
        answer.Json.WriteString("service", trace.Service);
        answer.Time("start", trace.Start);
        answer.Json.WriteNumber("duration_ns", trace.Duration);
        answer.Json.WriteNumber("span_count", trace.SpanCount);
        answer.Json.WriteNumber("error_count", trace.ErrorCount);
        answer.Json.WriteBoolean("has_root", trace.HasRoot);
        answer.List("services", trace.Services);
    }

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var parameters = request.Parameters;
        var cursor = parameters.Cursor();
        var query = new TraceQuery
        {
            Text = parameters.Search(),
            Service = parameters.Text(ParameterNames.Service),
            Operation = parameters.Text(ParameterNames.Operation),
            MinDuration = Nanoseconds(parameters.Duration(ParameterNames.MinDuration)),
            MaxDuration = Nanoseconds(parameters.Duration(ParameterNames.MaxDuration)),
            ErrorsOnly = parameters.Flag(ParameterNames.Error),
            Time = cursor?.Range ?? parameters.Range(),
            Order = parameters.Order(),
            Limit = parameters.Limit(StandardLimit, MaxLimit),
            After = cursor is null ? null : new TraceCursor(cursor.Top, cursor.Last),
        };
        var page = request.Store.SearchTraces(query, cancellationToken);
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray("traces");
        foreach (var trace in page.Traces)
        {
            answer.Json.WriteStartObject();
            WriteSummary(answer, trace);
            answer.Json.WriteEndObject();
            await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        answer.Json.WriteEndArray();
        if (page.Next is { } next)
        {
            answer.Json.WriteString("next", parameters.Next(query.Time, next.Top, next.Last));
        }

        answer.Warnings(page.Warnings);
        answer.Json.WriteEndObject();
    }

    private static long? Nanoseconds(TimeSpan? duration) =>
        duration is { } value ? (long)Math.Min((decimal)value.Ticks * TimeSpan.NanosecondsPerTick, long.MaxValue) : null;
}
