using Microsoft.AspNetCore.Http;
using Sluice.Api.Parameters;
using Sluice.Runtime.Contracts;
using Sluice.Store;

namespace Sluice.Api.Endpoints;

/// <summary>What an endpoint answers to.</summary>
/// <param name="Parameters">Its parameters.</param>
/// <param name="PathValue">What stands for the part of the path in braces; empty when there is none.</param>
/// <param name="Reader">The store; null when the instance has none.</param>
/// <param name="Instance">The state of the instance; null when a store is searched without one.</param>
/// <param name="Now">The time of the request.</param>
internal sealed record ApiRequest(
    QueryParameters Parameters, string PathValue, StoreReader? Reader, IRuntimeStatus? Instance, DateTimeOffset Now)
{
    /// <summary>The store.</summary>
    /// <exception cref="ApiException">The instance has none.</exception>
    public StoreReader Store => Reader ?? throw new ApiException(
        StatusCodes.Status404NotFound, "This instance has no store to search.", expected: "a store exporter in at least one pipeline");

    /// <summary>The state of the instance.</summary>
    /// <exception cref="ApiException">There is none: a store on disk is searched.</exception>
    public IRuntimeStatus Status => Instance ?? throw new ApiException(
        StatusCodes.Status404NotFound, "No instance runs here: a store on disk is searched.", expected: "the API of a running Sluice");
}
