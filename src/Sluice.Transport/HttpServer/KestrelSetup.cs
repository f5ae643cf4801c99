using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sluice.Transport.Tls;

namespace Sluice.Transport.HttpServer;

/// <summary>Translates <see cref="HttpHostOptions"/> into the server's settings.</summary>
internal static class KestrelSetup
{
    /// <summary>
    /// Stands for no limit. The server's own value for that overflows when it is turned into clock ticks of a nanosecond, and closes
    /// connections at random instead.
    /// </summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(3650);

    public static void Configure(KestrelServerOptions kestrel, HttpHostOptions options, ListenAddress bind, TlsServer? tls)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;

        // Bodies are limited where they are read, which also knows their inflated size.
        limits.MaxRequestBodySize = null;
        limits.RequestHeadersTimeout = OrForever(options.ReadHeaderTimeout);
        if (options.MaxConnections > 0)
        {
            limits.MaxConcurrentConnections = options.MaxConnections;
        }

        limits.KeepAliveTimeout = OrForever(options.IdleTimeout);
        if (options.MaxConcurrentStreams > 0)
        {
            limits.Http2.MaxStreamsPerConnection = options.MaxConcurrentStreams;
        }

        if (options.PingInterval > TimeSpan.Zero)
        {
            limits.Http2.KeepAlivePingDelay = AtLeastOneSecond(options.PingInterval);
            if (options.PingTimeout > TimeSpan.Zero)
            {
                limits.Http2.KeepAlivePingTimeout = AtLeastOneSecond(options.PingTimeout);
            }
        }

        switch (bind.Kind)
        {
            case ListenKind.Any:
                kestrel.ListenAnyIP(bind.Port, listen => Listen(listen, options, tls));
                break;
            case ListenKind.Loopbacks:
                kestrel.ListenLocalhost(bind.Port, listen => Listen(listen, options, tls));
                break;
            case ListenKind.Unix:
                kestrel.ListenUnixSocket(bind.Path, listen => Listen(listen, options, tls));
                break;
            default:
                kestrel.Listen(bind.Address, bind.Port, listen => Listen(listen, options, tls));
                break;
        }
    }

    /// <summary>What is offered by ALPN (RFC 7301).</summary>
    public static List<SslApplicationProtocol> AlpnOf(HttpHostOptions options) =>
        options.Http2 ? [SslApplicationProtocol.Http2]
        : OffersBoth(options) ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
        : [SslApplicationProtocol.Http11];

    /// <summary>A connection that is closed after each answer would be none of HTTP/2.</summary>
    private static bool OffersBoth(HttpHostOptions options) => options.Tls is not null && options.KeepAlives;

    private static void Listen(ListenOptions listen, HttpHostOptions options, TlsServer? tls)
    {
        listen.Protocols = options.Http2 ? HttpProtocols.Http2 : OffersBoth(options) ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Features.Set(new HttpConnection(connection.RemoteEndPoint));
            return options.MaxConnectionAge > TimeSpan.Zero ? RunUntilOldAsync(connection, next, options) : next(connection);
        });
        if (tls is not null)
        {
            if (options.Handshakes is { } handshakes)
            {
                listen.Use(next => connection => WatchHandshakeAsync(connection, next, handshakes));
            }

            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls.GetHandshake()) });
            if (options.Handshakes is not null)
            {
                listen.Use(static next => connection =>
                {
                    connection.Features.Get<HandshakeResult>()!.IsComplete = true;
                    return next(connection);
                });
            }
        }
    }

    private static async Task WatchHandshakeAsync(ConnectionContext connection, ConnectionDelegate next, TlsHandshakes handshakes)
    {
        var result = new HandshakeResult();
        connection.Features.Set(result);
        HandshakeResult.Current = result;
        await next(connection);
        if (!result.IsComplete)
        {
            handshakes.Failed(connection.Features.Get<HttpConnection>()?.Peer, result.Cause);
        }
    }

    private static async Task RunUntilOldAsync(ConnectionContext connection, ConnectionDelegate next, HttpHostOptions options)
    {
        var age = options.MaxConnectionAge * (0.9 + (0.2 * Random.Shared.NextDouble()));
        await using var close = options.Time.CreateTimer(
            static state => ((ConnectionContext)state!).Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose(),
            connection,
            age,
            Timeout.InfiniteTimeSpan);
        await using var abort = options.Time.CreateTimer(
            static state => ((ConnectionContext)state!).Abort(new ConnectionAbortedException("The connection outlived max_connection_age_grace.")),
            connection,
            options.MaxConnectionAgeGrace > TimeSpan.Zero ? age + options.MaxConnectionAgeGrace : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        await next(connection);
    }

    private static TimeSpan OrForever(TimeSpan timeout) => timeout > TimeSpan.Zero && timeout < Forever ? timeout : Forever;

    private static TimeSpan AtLeastOneSecond(TimeSpan value) => value < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : value;
}
