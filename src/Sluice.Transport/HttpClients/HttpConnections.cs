using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Sluice.Transport.Tls;

namespace Sluice.Transport.HttpClients;

/// <summary>
/// The connections of one client, kept and used again. It follows no redirects: a request is sent to the address that is configured, or not
/// at all. It waits without limit: give every call a token. Thread-safe.
/// </summary>
public sealed class HttpConnections : IDisposable
{
    /// <summary>A connection that nobody waits for any longer is not tried for ever.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Connections are replaced at this age, so that a change of name records or certificates is seen at last.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly List<SslApplicationProtocol> Http2First = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private readonly TlsClient _tls;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="settings">How connections are made and kept.</param>
    /// <param name="tls">For servers that are named with https.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The invoker disposes the handler.")]
    public HttpConnections(HttpConnectionSettings settings, TlsClient tls)
    {
        _tls = tls;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = settings.UseCookies,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = Lifetime,
            PooledConnectionIdleTimeout = settings.IdleTimeout > TimeSpan.Zero ? settings.IdleTimeout : Timeout.InfiniteTimeSpan,
            MaxConnectionsPerServer = settings.MaxConnections > 0 ? settings.MaxConnections : int.MaxValue,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = settings.PingDelay > TimeSpan.Zero ? settings.PingDelay : Timeout.InfiniteTimeSpan,
            KeepAlivePingTimeout = settings.PingTimeout > TimeSpan.Zero ? settings.PingTimeout : Timeout.InfiniteTimeSpan,
            KeepAlivePingPolicy = settings.PingWhileIdle ? HttpKeepAlivePingPolicy.Always : HttpKeepAlivePingPolicy.WithActiveRequests,

            // What we send of our own accord carries no trace of ours.
            ActivityHeadersPropagator = null,
        };
        if (settings.Proxy is { } proxy)
        {
            handler.Proxy = CreateProxy(proxy);
        }
        else if (settings.UseEnvironmentProxy)
        {
            handler.Proxy = new EnvironmentProxy();
        }
        else
        {
            handler.UseProxy = false;
        }

        if (tls.NeedsOwnHandshake)
        {
            handler.ConnectCallback = ConnectAsync;
        }

        // Through a proxy the handler makes the handshakes itself, in the tunnel, also where it does not make the connections.
        handler.SslOptions = tls.CreatePoolOptions();
        _invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>Sends a request. It returns with the head of the answer; the body is still to be read, and the message to be disposed.</summary>
    /// <exception cref="HttpRequestException">There is no connection, or it broke.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _invoker.SendAsync(request, cancellationToken);

    /// <summary>Whether a request to that address goes through a proxy.</summary>
    public static bool GoesThroughProxy(HttpConnectionSettings settings, Uri address) =>
        settings.Proxy is not null || (settings.UseEnvironmentProxy && !new EnvironmentProxy().IsBypassed(address));

    /// <summary>Closes all connections; requests under way fail.</summary>
    public void Dispose() => _invoker.Dispose();

    private static WebProxy CreateProxy(Uri address)
    {
        var proxy = new WebProxy(address);
        if (address.UserInfo.Length > 0)
        {
            var parts = address.UserInfo.Split(':', 2);
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }

        return proxy;
    }

    /// <summary>Connects, and makes the handshake too where the address is one of TLS: only here it can have options of its own.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps)
            {
                var protocols = context.InitialRequestMessage.Version.Major >= 2 ? Http2First : null;
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsClientAsync(_tls.CreateOptions(context.DnsEndPoint.Host, protocols), cancellationToken).ConfigureAwait(false);
            }

            return stream;
        }
        catch
        {
            socket.Dispose();
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }
}
