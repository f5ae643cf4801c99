using System.Net;
using System.Net.Http.Headers;

namespace Sluice.Transport.HttpClients;

/// <summary>Makes requests as the options of a client say.</summary>
public static class ClientRequest
{
    /// <summary>A request with a body that is encoded already; headers and credentials come by <see cref="ClientHeaders"/>.</summary>
    /// <param name="options">What the configuration says of connections and compression.</param>
    /// <param name="method">The method.</param>
    /// <param name="address">Where it goes.</param>
    /// <param name="content">The body, compressed as the options say; it goes with the message.</param>
    /// <param name="type">What the body is.</param>
    public static HttpRequestMessage Create(HttpClientOptions options, HttpMethod method, Uri address, HttpContent content, MediaTypeHeaderValue type)
    {
        content.Headers.ContentType = type;
        if (ClientCompressions.NameOf(options.Compression) is { } coding)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        }

        var request = new HttpRequestMessage(method, address)
        {
            Version = options.ForceAttemptHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = content,
        };
        if (options.DisableKeepAlives)
        {
            request.Headers.ConnectionClose = true;
        }

        return request;
    }
}
