using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpServer;

namespace Sluice.Transport.HttpClients;

/// <summary>The configured headers of requests.</summary>
public static class ClientHeaders
{
    /// <summary>Headers that say how a request is framed and encoded.</summary>
    private static readonly HashSet<string> Owned = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-encoding", "content-length", "content-type", "te", "trailer", "transfer-encoding", "upgrade",
        "grpc-accept-encoding", "grpc-encoding", "grpc-timeout",
    };

    /// <summary>What a client calls itself unless another name is configured.</summary>
    public static string UserAgent { get; } = $"Sluice/{typeof(ClientHeaders).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Reports headers that cannot be sent.</summary>
    public static void Validate(IReadOnlyDictionary<string, Secret> headers, OptionsValidation context)
    {
        foreach (var (name, value) in headers)
        {
            if (!HeaderRules.IsName(name))
            {
                context.Error("headers", $"\"{name}\" is not the name of a header", "write a name such as x-tenant, without the colon");
            }
            else if (Owned.Contains(name))
            {
                context.Error("headers", $"\"{name}\" belongs to the exporter, which frames its requests with it", "leave it out");
            }
            else if (!HeaderRules.IsValue(value.Reveal()))
            {
                context.Error("headers", $"the value of \"{name}\" has a character other than printable ASCII", "check it for line breaks, or encode it");
            }
        }
    }

    /// <summary>Adds configured headers, our name where none is among them, and what an authenticator adds.</summary>
    /// <param name="request">The request.</param>
    /// <param name="headers">The configured headers.</param>
    /// <param name="authenticator">Adds credentials; null for none.</param>
    /// <param name="values">What the requests have in common that the records came with: those of the batch.</param>
    /// <param name="cancellationToken">Ends a wait for credentials.</param>
    /// <exception cref="Exception">There are no credentials now.</exception>
    /// <exception cref="UndeliverableException">The values cannot be sent.</exception>
    public static ValueTask AddToAsync(
        HttpRequestMessage request,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        IClientAuthenticator? authenticator,
        RequestValues values,
        CancellationToken cancellationToken)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (!request.Headers.NonValidated.Contains("User-Agent"))
        {
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        }

        return authenticator is null ? ValueTask.CompletedTask : authenticator.ApplyAsync(new OutgoingHeaders(request.Headers, values), cancellationToken);
    }
}
