using Microsoft.AspNetCore.Http;
using Sluice.Api.Parameters;
using Sluice.Store;

namespace Sluice.Api.Endpoints;

/// <summary>One trace with its spans and logs.</summary>
internal sealed class TraceEndpoint : ApiEndpoint
{
    private const int StandardLimit = 10_000;
    private const int MaxLimit = 100_000;

    public override string Path => "traces/{trace_id}";

    public override string Summary => "One trace: its spans by start, and the logs and events that carry its id by time.";

    public override IReadOnlyList<string> Parameters { get; } = [ParameterNames.Limit];

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var id = QueryParameters.ParseTraceId(request.PathValue);
        using var trace = request.Store.ReadTrace(id, request.Parameters.Limit(StandardLimit, MaxLimit), cancellationToken)
            ?? throw new ApiException(StatusCodes.Status404NotFound, $"Nothing of trace {id} is stored.");
        answer.Json.WriteStartObject();
        if (trace.Summary is not null)
        {
            TracesEndpoint.WriteSummary(answer, trace.Summary);
        }
        else
        {
            answer.Json.WriteString("trace_id", id.ToString());
        }

        answer.Json.WriteStartArray("spans");
        foreach (var row in trace.Spans)
        {
            answer.Json.WriteRawValue(trace.SpanJson(row), skipInputValidation: true);
            await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        answer.Json.WriteEndArray();
        answer.Json.WriteStartArray("logs");
        foreach (var row in trace.Logs)
        {
            answer.Json.WriteRawValue(trace.LogJson(row), skipInputValidation: true);
            await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        answer.Json.WriteEndArray();
        answer.Json.WriteBoolean("truncated", trace.IsTruncated);
        answer.Warnings(trace.Warnings);
        answer.Json.WriteEndObject();
    }
}
