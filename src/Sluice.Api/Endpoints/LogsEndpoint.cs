using Sluice.Api.Parameters;
using Sluice.Store;

namespace Sluice.Api.Endpoints;

/// <summary>Log records, or events alone.</summary>
internal sealed class LogsEndpoint(bool eventsOnly) : ApiEndpoint
{
    private const int StandardLimit = 100;
    private const int MaxLimit = 10_000;

    public override string Path => eventsOnly ? "events" : "logs";

    public override string Summary => eventsOnly ? "Events: log records with an event name." : "Log records, events included.";

    public override IReadOnlyList<string> Parameters { get; } =
    [
        ParameterNames.Query, ParameterNames.From, ParameterNames.To, ParameterNames.Service, ParameterNames.Severity, ParameterNames.TraceId,
        ParameterNames.SpanId, ParameterNames.Event, ParameterNames.Attribute, ParameterNames.Order, ParameterNames.Limit, ParameterNames.Cursor,
    ];

    /// <summary>The conditions that logs are searched by here and in histograms.</summary>
    public static LogQuery ReadConditions(QueryParameters parameters, bool eventsOnly) => new()
    {
        EventsOnly = eventsOnly,
        Text = parameters.Search(),
        Service = parameters.Text(ParameterNames.Service),
        MinSeverity = parameters.Severity(),
        TraceId = parameters.Trace(),
        SpanId = parameters.Span(),
        EventName = parameters.Text(ParameterNames.Event),
        Attributes = parameters.Attributes(),
    };

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var parameters = request.Parameters;
        var cursor = parameters.Cursor();
        var query = ReadConditions(parameters, eventsOnly) with
        {
            Time = cursor?.Range ?? parameters.Range(),
            Order = parameters.Order(),
            Limit = parameters.Limit(StandardLimit, MaxLimit),
            After = cursor?.Last,
        };
        using var search = request.Store.SearchLogs(query, cancellationToken);
        await RecordAnswer.WriteAsync(search, parameters, query.Time, answer, cancellationToken).ConfigureAwait(false);
    }
}
