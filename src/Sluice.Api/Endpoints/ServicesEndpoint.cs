namespace Sluice.Api.Endpoints;

/// <summary>The services that sent something.</summary>
internal sealed class ServicesEndpoint : ApiEndpoint
{
    public override string Path => "services";

    public override string Summary => "Services, with what is stored of them and when they were last seen.";

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        var services = request.Store.Services(warnings, cancellationToken);
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray("services");
        foreach (var service in services)
        {
            answer.Json.WriteStartObject();
            answer.Json.WriteString("name", service.Name);
            answer.Json.WriteNumber("logs", service.Logs);
            answer.Json.WriteNumber("events", service.Events);
            answer.Json.WriteNumber("spans", service.Spans);
            answer.Json.WriteNumber("metrics", service.Metrics);
            answer.Time("last_seen", service.LastReceived);
            answer.Json.WriteEndObject();
            await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        answer.Json.WriteEndArray();
        answer.Warnings(warnings);
        answer.Json.WriteEndObject();
    }
}
