using Sluice.Api.Parameters;

namespace Sluice.Api.Endpoints;

/// <summary>The names of stored metrics.</summary>
internal sealed class MetricNamesEndpoint : ApiEndpoint
{
    public override string Path => "metrics/names";

    public override string Summary => "Names of stored metrics, with counts and services.";

    public override IReadOnlyList<string> Parameters { get; } = [ParameterNames.Service];

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        var metrics = request.Store.MetricNames(request.Parameters.Text(ParameterNames.Service), warnings, cancellationToken);
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray("metrics");
        foreach (var metric in metrics)
        {
            answer.Json.WriteStartObject();
            answer.Json.WriteString("name", metric.Name);
            answer.Json.WriteNumber("records", metric.Count);
            answer.Time("last_time", metric.LastTime);
            answer.List("services", metric.Services);
            answer.Json.WriteEndObject();
            await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        answer.Json.WriteEndArray();
        answer.Warnings(warnings);
        answer.Json.WriteEndObject();
    }
}
