using Sluice.Runtime.DeadLetters;
using Sluice.Telemetry;

namespace Sluice.Api.Endpoints;

/// <summary>Writes what is known of a dead letter without the record, and of a note.</summary>
internal static class DeadLetterAnswer
{
    public static void WriteMembers(Answer answer, DeadLetter letter)
    {
        var json = answer.Json;
        json.WriteString("id", letter.Key);
        answer.Time("time", letter.Time);
        json.WriteString("component", letter.Component);
        json.WriteString("pipeline", letter.Pipeline);
        json.WriteString("signal", SignalOf(letter.Signal, [letter.Pipeline]));
        json.WriteString("record_id", letter.Id.ToString());
        answer.Time("received", letter.ReceivedUnixNano);
        json.WriteString("reason", letter.Reason);
        json.WriteNumber("attempts", letter.Attempts);
    }

    public static void WriteMembers(Answer answer, DeadLetterNote note)
    {
        var json = answer.Json;
        json.WriteString("note", "rejected");
        answer.Time("time", note.Time);
        json.WriteString("component", note.Component);
        json.WriteStartArray("pipelines");
        foreach (var pipeline in note.Pipelines)
        {
            json.WriteStringValue(pipeline);
        }

        json.WriteEndArray();
        json.WriteString("signal", SignalOf(note.Signal, note.Pipelines));
        json.WriteString("first_record_id", note.First.ToString());
        json.WriteString("last_record_id", note.Last.ToString());
        json.WriteNumber("rejected", note.Rejected);
        json.WriteNumber("records", note.Records);
        json.WriteString("reason", note.Reason);
    }

    /// <summary>As users call it: an event is a log record too, and what went through nothing but pipelines of events is one.</summary>
    private static string SignalOf(Signal signal, IReadOnlyList<string> pipelines) =>
        signal == Signal.Logs && pipelines.All(pipeline => pipeline == "events" || pipeline.StartsWith("events/", StringComparison.Ordinal))
            ? "events"
            : signal.ToString().ToLowerInvariant();
}
