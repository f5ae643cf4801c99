using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Replay;

namespace Sluice.Api.Endpoints;

/// <summary>Writes a replay.</summary>
internal static class ReplayAnswer
{
    public static void Write(Answer answer, ReplayStatus status)
    {
        var (job, json) = (status.Job, answer.Json);
        json.WriteStartObject();
        json.WriteString("id", job.Id);
        json.WriteString("source", job.Source == ReplaySource.Journal ? "journal" : "dead_letters");
        json.WriteString("state", job.State.ToString().ToLowerInvariant());
        Text(answer, "problem", job.Problem);
        Text(answer, "waiting_for", status.WaitingFor);
        Text(answer, "consumer", job.Exporter);
        if (job.Source == ReplaySource.Journal)
        {
            answer.List("pipelines", job.Pipelines);
        }

        Time(answer, "since", job.SinceUnixNano);
        Time(answer, "until", job.UntilUnixNano);
        if (job.Filter is { } filter)
        {
            WriteFilter(answer, filter);
        }

        Time(answer, "started", job.StartedUnixNano);
        Time(answer, "ended", job.EndedUnixNano);
        json.WriteNumber("found", job.Found);
        Time(answer, "oldest", job.OldestUnixNano);
        json.WriteNumber("replayed", job.Replayed);
        json.WriteNumber("skipped", job.Skipped);
        json.WriteNumber("dropped", job.Dropped);
        json.WriteNumber("corrupt", job.Corrupt);
        json.WriteNumber("pending", status.PendingRecords);
        json.WriteEndObject();
    }

    private static void WriteFilter(Answer answer, DeadLetterFilter filter)
    {
        answer.Json.WriteStartObject("filter");
        Text(answer, "component", filter.Component);
        Text(answer, "pipeline", filter.Pipeline);
        Text(answer, "reason", filter.Reason);
        Time(answer, "since", filter.SinceUnixNano);
        Time(answer, "until", filter.UntilUnixNano);
        if (filter.Keys is not null)
        {
            answer.List("ids", filter.Keys);
        }

        answer.Json.WriteEndObject();
    }

    private static void Text(Answer answer, string name, string? text)
    {
        if (text is not null)
        {
            answer.Json.WriteString(name, text);
        }
    }

    private static void Time(Answer answer, string name, long? unixNano)
    {
        if (unixNano is { } time)
        {
            answer.Time(name, time);
        }
    }
}
