using Sluice.Runtime.Contracts;

namespace Sluice.Api.Endpoints;

/// <summary>Every component and pipeline, and the journal.</summary>
internal sealed class StatusEndpoint : ApiEndpoint
{
    public override string Path => "status";

    public override string Summary => "Health of every component, the pipelines, and the journal with its consumers.";

    public override bool IsSearch => false;

    public override ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteBoolean("started", request.Status.Started);
        answer.Time("start_time", request.Status.StartTime);
        WriteComponents(answer, request.Status.Components);
        json.WriteStartArray("pipelines");
        foreach (var pipeline in request.Status.Pipelines)
        {
            json.WriteStartObject();
            json.WriteString("id", pipeline.Id);
            answer.List("receivers", pipeline.Receivers);
            answer.List("processors", pipeline.Processors);
            answer.List("exporters", pipeline.Exporters);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        JournalPart.Write(answer, request.Status, request.Now);
        var deadLetters = request.Status.DeadLetters;
        json.WriteStartObject("dead_letters");
        json.WriteNumber("added", deadLetters.Added);
        json.WriteNumber("dropped", deadLetters.Dropped);
        json.WriteNumber("replayed", deadLetters.Replayed);
        json.WriteEndObject();
        json.WriteEndObject();
        return ValueTask.CompletedTask;
    }

    private static void WriteComponents(Answer answer, IReadOnlyList<ComponentStatus> components)
    {
        var json = answer.Json;
        json.WriteStartArray("components");
        foreach (var component in components)
        {
            json.WriteStartObject();
            json.WriteString("kind", component.Kind);
            json.WriteString("id", component.Id);
            json.WriteString("health", component.Health.State.ToString().ToLowerInvariant());
            if (component.Health.Reason.Length > 0)
            {
                json.WriteString("reason", component.Health.Reason);
            }

            answer.Time("since", component.Health.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
