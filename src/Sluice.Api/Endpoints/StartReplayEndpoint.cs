using Microsoft.AspNetCore.Http;
using Sluice.Api.Parameters;
using Sluice.Runtime.Replay;

namespace Sluice.Api.Endpoints;

/// <summary>Begins to replay what the journal holds.</summary>
internal sealed class StartReplayEndpoint : ApiEndpoint
{
    public override string Path => "replays";

    public override string Method => HttpMethods.Post;

    public override string Summary => "Sends an exporter again what the journal still holds of a range of receive time.";

    public override IReadOnlyList<string> Parameters => [ParameterNames.Consumer, ParameterNames.Since, ParameterNames.Until];

    public override bool IsSearch => false;

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var consumer = request.Body.RequiredText(ParameterNames.Consumer);
        var since = request.Body.Time(ParameterNames.Since)
            ?? throw QueryParameters.Bad("\"since\" is missing.", ParameterNames.Since, TimeParameter.Expected);
        var until = request.Body.Time(ParameterNames.Until);
        if (until <= since)
        {
            throw QueryParameters.Bad("The range ends before it begins.", ParameterNames.Until, "a time behind since");
        }

        var replay = await request.Replays.StartAsync(new ReplayRequest(consumer, since, until)).ConfigureAwait(false);
        answer.Status(StatusCodes.Status202Accepted);
        ReplayAnswer.Write(answer, replay);
    }
}
