using Microsoft.AspNetCore.Http;

namespace Sluice.Api.Endpoints;

/// <summary>Ends a replay before it is done.</summary>
internal sealed class CancelReplayEndpoint : ApiEndpoint
{
    public override string Path => "replays/{id}";

    public override string Method => HttpMethods.Delete;

    public override string Summary => "Cancels a replay that runs; what it has appended is delivered all the same.";

    public override bool IsSearch => false;

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken) =>
        ReplayAnswer.Write(answer, await request.Replays.CancelAsync(request.PathValue).ConfigureAwait(false));
}
