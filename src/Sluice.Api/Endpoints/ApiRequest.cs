using Microsoft.AspNetCore.Http;
using Sluice.Api.Parameters;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.DeadLetters;
using Sluice.Store;

namespace Sluice.Api.Endpoints;

/// <summary>What an endpoint answers to.</summary>
/// <param name="Parameters">Its parameters.</param>
/// <param name="PathValue">What stands for the part of the path in braces; empty when there is none.</param>
/// <param name="Reader">The store; null when the instance has none.</param>
/// <param name="Sources">What else there is.</param>
/// <param name="PostedBody">The body; null unless it was a POST.</param>
/// <param name="Now">The time of the request.</param>
internal sealed record ApiRequest(
    QueryParameters Parameters, string PathValue, StoreReader? Reader, ApiSources Sources, JsonBody? PostedBody, DateTimeOffset Now)
{
    /// <summary>The store.</summary>
    /// <exception cref="ApiException">The instance has none.</exception>
    public StoreReader Store => Reader ?? throw new ApiException(
        StatusCodes.Status404NotFound, "This instance has no store to search.", expected: "a store exporter in at least one pipeline");

    /// <summary>The state of the instance.</summary>
    /// <exception cref="ApiException">There is none: a store on disk is searched.</exception>
    public IRuntimeStatus Status => Sources.Status ?? throw NoInstance();

    /// <summary>What sends records again.</summary>
    /// <exception cref="ApiException">No instance runs.</exception>
    public IReplays Replays => Sources.Replays ?? throw NoInstance();

    /// <summary>The dead letters.</summary>
    /// <exception cref="ApiException">There are none here: a store on disk is searched.</exception>
    public DeadLetterReader DeadLetters => new(Sources.DeadLetterDirectory ?? throw NoInstance());

    /// <summary>The body of a POST.</summary>
    public JsonBody Body => PostedBody ?? throw new InvalidOperationException("Only a POST has a body.");

    private static ApiException NoInstance() => new(
        StatusCodes.Status404NotFound, "No instance runs here: files on disk are read.", expected: "the API of a running Sluice");
}
