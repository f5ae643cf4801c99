using Sluice.Journal;
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
        WriteJournal(answer, request.Status.Journal);
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
            json.WriteString("kind", Lower(component.Kind));
            json.WriteString("id", component.Id);
            json.WriteString("health", Lower(component.Health.State));
            if (component.Health.Reason.Length > 0)
            {
                json.WriteString("reason", component.Health.Reason);
            }

            answer.Time("since", component.Health.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteJournal(Answer answer, JournalStatus journal)
    {
        var json = answer.Json;
        json.WriteStartObject("journal");
        json.WriteString("kind", journal.Kind);
        json.WriteNumber("bytes", journal.Bytes);
        json.WriteNumber("max_bytes", journal.MaxBytes);
        json.WriteNumber("groups", journal.Groups);
        json.WriteNumber("records", journal.Records);
        json.WriteNumber("refused_groups", journal.RefusedGroups);
        json.WriteStartArray("consumers");
        foreach (var consumer in journal.Consumers)
        {
            json.WriteStartObject();
            json.WriteString("name", consumer.Name);
            json.WriteString("cursor", consumer.Cursor.ToString());
            json.WriteNumber("lag_records", consumer.Lag.Records);
            json.WriteNumber("lag_bytes", consumer.Lag.Bytes);
            json.WriteNumber("dropped_records", consumer.DroppedRecords);
            json.WriteBoolean("open", consumer.IsOpen);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
