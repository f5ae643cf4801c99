using Sluice.Api.Parameters;
using Sluice.Runtime.DeadLetters;

namespace Sluice.Api.Endpoints;

/// <summary>Dead letters that were not replayed, oldest first.</summary>
internal sealed class DeadLettersEndpoint : ApiEndpoint
{
    private const int StandardLimit = 100;
    private const int MaxLimit = 10_000;

    public override string Path => "dead-letters";

    public override string Summary => "Records that their destination refused for good, oldest first, and notes of those that it refused without naming them.";

    public override IReadOnlyList<string> Parameters =>
    [
        ParameterNames.Component, ParameterNames.Pipeline, ParameterNames.Reason, ParameterNames.Since, ParameterNames.Until, ParameterNames.Limit,
    ];

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var limit = request.Parameters.Limit(StandardLimit, MaxLimit);
        var filter = new DeadLetterFilter
        {
            Component = request.Parameters.Text(ParameterNames.Component),
            Pipeline = request.Parameters.Text(ParameterNames.Pipeline),
            Reason = request.Parameters.Text(ParameterNames.Reason),
            SinceUnixNano = request.Parameters.Time(ParameterNames.Since),
            UntilUnixNano = request.Parameters.Time(ParameterNames.Until),
        };
        var reader = request.DeadLetters;
        var count = 0L;
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray("dead_letters");
        foreach (var letter in reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (filter.Matches(letter) && count++ < limit)
            {
                answer.Json.WriteStartObject();
                DeadLetterAnswer.WriteMembers(answer, letter);
                answer.Json.WriteEndObject();
                await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        answer.Json.WriteEndArray();
        answer.Json.WriteNumber("total", count);
        await WriteNotesAsync(reader, filter, limit, answer, cancellationToken).ConfigureAwait(false);
        answer.Json.WriteNumber("unreadable", reader.UnreadableLines);
        answer.Json.WriteEndObject();
    }

    private static async ValueTask WriteNotesAsync(
        DeadLetterReader reader, DeadLetterFilter filter, long limit, Answer answer, CancellationToken cancellationToken)
    {
        var count = 0L;
        answer.Json.WriteStartArray("notes");
        foreach (var note in reader.ReadNotes())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (filter.Matches(note) && count++ < limit)
            {
                answer.Json.WriteStartObject();
                DeadLetterAnswer.WriteMembers(answer, note);
                answer.Json.WriteEndObject();
                await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        answer.Json.WriteEndArray();
        answer.Json.WriteNumber("total_notes", count);
    }
}
