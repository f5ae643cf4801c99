using System.Net;
using Microsoft.AspNetCore.Http;
using Sluice.Configuration;

namespace Sluice.Api;

/// <summary>
/// Keeps web pages away from an API without authentication: a page may point a name of its own at this machine (DNS rebinding), so the
/// Host must be a loopback name, and a browser's Origin must be the API itself.
/// </summary>
internal static class RequestGuard
{
    /// <summary>Whether an endpoint listens on loopback only.</summary>
    public static bool IsLoopback(EndpointText endpoint) => IsLoopbackHost(endpoint.Host ?? "");

    /// <summary>Refuses foreign requests.</summary>
    /// <exception cref="ApiException">403, with the reason.</exception>
    public static void Check(HttpRequest request)
    {
        if (!IsLoopbackHost(request.Host.Host.Trim('[', ']')))
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden, $"The Host \"{request.Host}\" is not this API.", expected: "localhost, 127.0.0.1 or [::1]");
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden, $"Requests of pages from {origin} are refused.", expected: $"{request.Scheme}://{request.Host}, or no Origin");
        }
    }

    private static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
