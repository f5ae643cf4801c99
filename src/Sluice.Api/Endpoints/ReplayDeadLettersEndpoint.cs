using Microsoft.AspNetCore.Http;
using Sluice.Api.Parameters;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Replay;

namespace Sluice.Api.Endpoints;

/// <summary>Begins to replay dead letters.</summary>
internal sealed class ReplayDeadLettersEndpoint : ApiEndpoint
{
    public override string Path => "dead-letters/replay";

    public override string Method => HttpMethods.Post;

    public override string Summary => "Sends dead letters again: those that match all that is given, or all of them.";

    public override IReadOnlyList<string> Parameters =>
    [
        ParameterNames.Component, ParameterNames.Pipeline, ParameterNames.Reason, ParameterNames.Since, ParameterNames.Until, ParameterNames.Ids,
        ParameterNames.All, ParameterNames.Target,
    ];

    public override bool IsSearch => false;

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var filter = new DeadLetterFilter
        {
            Component = request.Body.Text(ParameterNames.Component),
            Pipeline = request.Body.Text(ParameterNames.Pipeline),
            Reason = request.Body.Text(ParameterNames.Reason),
            SinceUnixNano = request.Body.Time(ParameterNames.Since),
            UntilUnixNano = request.Body.Time(ParameterNames.Until),
            Keys = request.Body.Texts(ParameterNames.Ids),
        };
        if (filter.IsEmpty == !request.Body.Flag(ParameterNames.All))
        {
            throw QueryParameters.Bad(
                filter.IsEmpty ? "Nothing says which dead letters are meant." : "All dead letters are meant, and yet something says which.",
                ParameterNames.All,
                "a filter, ids, or all: true");
        }

        var replay = await request.Replays.StartAsync(new DeadLetterReplayRequest(filter, request.Body.Text(ParameterNames.Target))).ConfigureAwait(false);
        answer.Status(StatusCodes.Status202Accepted);
        ReplayAnswer.Write(answer, replay);
    }
}
