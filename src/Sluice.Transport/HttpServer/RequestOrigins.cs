using Microsoft.AspNetCore.Http;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.HttpServer;

/// <summary>Says where the requests of one receiver come from, for the records that they bring. Thread-safe.</summary>
public sealed class RequestOrigins
{
    private readonly string _receiver;
    private readonly HashSet<string>? _hiddenHeaders;

    /// <summary>Creates it.</summary>
    /// <param name="receiver">Id of the receiver.</param>
    /// <param name="includeMetadata">Whether the headers of requests are kept with their records.</param>
    /// <param name="credentialHeaders">Headers in lower case that are left out beside the usual ones: credentials would come to rest in the journal.</param>
    public RequestOrigins(string receiver, bool includeMetadata, params IEnumerable<string> credentialHeaders)
    {
        _receiver = receiver;
        _hiddenHeaders = includeMetadata ? [.. RequestHeaderNames.Credentials, .. credentialHeaders] : null;
    }

    /// <summary>Where a request came from: one instance for all requests of a connection, as long as its sender is the same and each carries no own headers.</summary>
    /// <param name="http">The request.</param>
    /// <param name="subject">Who its sender proved to be.</param>
    public RequestContext Of(HttpContext http, string? subject)
    {
        var connection = http.Features.Get<HttpConnection>();
        if (connection?.State is not RequestContext shared || shared.Subject != subject)
        {
            shared = new RequestContext { Receiver = _receiver, Peer = connection?.Peer, Subject = subject };
            if (connection is not null)
            {
                connection.State = shared;
            }
        }

        return _hiddenHeaders is null ? shared : shared with { Headers = HeadersOf(http.Request.Headers, _hiddenHeaders) };
    }

    private static List<KeyValuePair<string, string>> HeadersOf(IHeaderDictionary headers, HashSet<string> hidden)
    {
        var kept = new List<KeyValuePair<string, string>>(headers.Count);
        foreach (var (name, values) in headers)
        {
            var lower = name.ToLowerInvariant();
            if (hidden.Contains(lower))
            {
                continue;
            }

            foreach (var value in values)
            {
                kept.Add(new(lower, value ?? ""));
            }
        }

        return kept;
    }
}
