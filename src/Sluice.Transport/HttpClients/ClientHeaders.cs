using System.Buffers;
using Sluice.Configuration;

namespace Sluice.Transport.HttpClients;

/// <summary>The configured headers of requests.</summary>
public static class ClientHeaders
{
    /// <summary>What a field name may consist of: RFC 9110, <c>token</c>.</summary>
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

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
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
            {
                context.Error("headers", $"\"{name}\" is not the name of a header", "write a name such as x-tenant, without the colon");
            }
            else if (Owned.Contains(name))
            {
                context.Error("headers", $"\"{name}\" belongs to the exporter, which frames its requests with it", "leave it out");
            }
            else if (value.Reveal().AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                context.Error("headers", $"the value of \"{name}\" has a character other than printable ASCII", "check it for line breaks, or encode it");
            }
        }
    }

    /// <summary>Adds configured headers, and our name where none is among them.</summary>
    public static void AddTo(HttpRequestMessage request, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (!request.Headers.NonValidated.Contains("User-Agent"))
        {
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        }
    }
}
