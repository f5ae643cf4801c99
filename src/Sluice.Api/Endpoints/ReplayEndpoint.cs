using Microsoft.AspNetCore.Http;

namespace Sluice.Api.Endpoints;

/// <summary>One replay.</summary>
internal sealed class ReplayEndpoint : ApiEndpoint
{
    public override string Path => "replays/{id}";

    public override string Summary => "How far one replay is.";

    public override bool IsSearch => false;

    public override ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var replay = request.Replays.Find(request.PathValue) ?? throw new ApiException(
            StatusCodes.Status404NotFound, $"There is no replay {request.PathValue}.", expected: $"an id listed at {ApiRouter.Prefix}replays");
        ReplayAnswer.Write(answer, replay);
        return ValueTask.CompletedTask;
    }
}
