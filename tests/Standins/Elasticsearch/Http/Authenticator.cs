using System.Text;
using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Http;

/// <summary>Lets in who shows a password, a key or a token of the cluster.</summary>
internal sealed class Authenticator(StandinOptions options)
{
    /// <summary>Checks the header <c>Authorization</c>.</summary>
    /// <returns>The answer of refusal; null for who may come in.</returns>
    public ApiAnswer? Refuse(string? header, string path)
    {
        if (!options.IsSecured)
        {
            return null;
        }

        if (string.IsNullOrEmpty(header))
        {
            return Refused($"missing authentication credentials for REST request [{path}]");
        }

        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var (scheme, proof) = space < 0 ? (header, "") : (header[..space], header[(space + 1)..].Trim());
        switch (scheme.ToLowerInvariant())
        {
            case "apikey" when !options.Version.IsOpenSearch:
                return options.ApiKeys.Contains(proof) ? null : Refused("unable to authenticate with provided credentials and anonymous access is not allowed for this request", "API key: unable to find apikey");
            case "bearer":
                return options.BearerTokens.Contains(proof) ? null : Refused("unable to authenticate with provided credentials and anonymous access is not allowed for this request", "the token is not valid");
            case "basic":
                var (user, password) = Basic(proof);
                return options.Users.TryGetValue(user, out var expected) && expected == password ? null : Refused($"unable to authenticate user [{user}] for REST request [{path}]");
            default:
                return Refused($"missing authentication credentials for REST request [{path}]");
        }
    }

    private static (string User, string Password) Basic(string proof)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(proof));
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        }
        catch (FormatException)
        {
            return ("", "");
        }
    }

    private ApiAnswer Refused(string reason, string? additional = null)
    {
        if (options.Version.IsOpenSearch)
        {
            return new ApiAnswer(401, "Unauthorized"u8.ToArray(), "text/plain; charset=UTF-8") { Headers = [("WWW-Authenticate", "Basic realm=\"OpenSearch Security\"")] };
        }

        string[] schemes = ["Basic realm=\"security\" charset=\"UTF-8\"", "Bearer realm=\"security\"", "ApiKey"];
        var metadata = new JsonObject();
        if (additional is not null)
        {
            metadata["additional_unsuccessful_credentials"] = additional;
        }

        metadata["header"] = new JsonObject { ["WWW-Authenticate"] = new JsonArray([.. schemes.Select(scheme => (JsonNode)scheme)]) };
        return ApiAnswer.Of(new ApiError(401, "security_exception", reason) { Metadata = metadata }) with
        {
            Headers = [.. schemes.Select(scheme => ("WWW-Authenticate", scheme))],
        };
    }
}
