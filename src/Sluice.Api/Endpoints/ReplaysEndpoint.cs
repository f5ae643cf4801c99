namespace Sluice.Api.Endpoints;

/// <summary>The replays, newest first.</summary>
internal sealed class ReplaysEndpoint : ApiEndpoint
{
    public override string Path => "replays";

    public override string Summary => "The replays that run and the last that ended, newest first.";

    public override bool IsSearch => false;

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var replays = request.Replays.List();
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray("replays");
        foreach (var replay in replays)
        {
            ReplayAnswer.Write(answer, replay);
            await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        answer.Json.WriteEndArray();
        answer.Json.WriteEndObject();
    }
}
