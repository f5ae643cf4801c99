using Microsoft.AspNetCore.Http;
using Sluice.Api.Parameters;
using Sluice.Runtime.Contracts;
using Sluice.Store;

namespace Sluice.Api.Endpoints;

/// <summary>What an endpoint answers to.</summary>
/// <param name="Parameters">Its parameters.</param>
/// <param name="PathValue">What stands for the part of the path in braces; empty when there is none.</param>
/// <param name="Reader">The store; null when the instance has none.</param>
/// <param name="Status">The state of the instance.</param>
/// <param name="Now">The time of the request.</param>
internal sealed record ApiRequest(
    QueryParameters Parameters, string PathValue, StoreReader? Reader, IRuntimeStatus Status, DateTimeOffset Now)
{
    /// <summary>The store.</summary>
    /// <exception cref="ApiException">The instance has none.</exception>
    public StoreReader Store => Reader ?? throw new ApiException(
        StatusCodes.Status404NotFound, "This instance has no store to search.", expected: "a store exporter in at least one pipeline");
}
