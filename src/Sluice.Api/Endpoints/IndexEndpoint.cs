namespace Sluice.Api.Endpoints;

/// <summary>The list of endpoints.</summary>
internal sealed class IndexEndpoint(IReadOnlyList<ApiEndpoint> endpoints) : ApiEndpoint
{
    public override string Path => "";

    public override string Summary => "This list.";

    public override bool IsSearch => false;

    public override ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray("endpoints");
        foreach (var endpoint in endpoints)
        {
            answer.Json.WriteStartObject();
            answer.Json.WriteString("method", endpoint.Method);
            answer.Json.WriteString("path", ApiRouter.Prefix + endpoint.Path);
            answer.Json.WriteString("summary", endpoint.Summary);
            answer.List("parameters", endpoint.Parameters);
            answer.Json.WriteEndObject();
        }

        answer.Json.WriteEndArray();
        answer.Json.WriteEndObject();
        return ValueTask.CompletedTask;
    }
}
