using Sluice.Runtime.DeadLetters;

namespace Sluice.Api.Endpoints;

/// <summary>Writes what is known of a dead letter, without the record.</summary>
internal static class DeadLetterAnswer
{
    public static void WriteMembers(Answer answer, DeadLetter letter)
    {
        var json = answer.Json;
        json.WriteString("id", letter.Key);
        answer.Time("time", letter.Time);
        json.WriteString("component", letter.Component);
        json.WriteString("pipeline", letter.Pipeline);
        json.WriteString("signal", letter.Signal.ToString().ToLowerInvariant());
        json.WriteString("record_id", letter.Id.ToString());
        answer.Time("received", letter.ReceivedUnixNano);
        json.WriteString("reason", letter.Reason);
        json.WriteNumber("attempts", letter.Attempts);
    }
}
