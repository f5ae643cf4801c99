using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sluice.Transport.HttpServer;

/// <summary>Translates <see cref="HttpHostOptions"/> into the server's settings.</summary>
internal static class KestrelSetup
{
    /// <summary>
    /// Stands for no limit. The server's own value for that overflows when it is turned into clock ticks of a nanosecond, and closes
    /// connections at random instead.
    /// </summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(3650);

    public static void Configure(KestrelServerOptions kestrel, HttpHostOptions options, ListenAddress bind)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;

        // Bodies are limited where they are read, which also knows their inflated size.
        limits.MaxRequestBodySize = null;
        limits.RequestHeadersTimeout = OrForever(options.ReadHeaderTimeout);
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
                kestrel.ListenAnyIP(options.Endpoint.Port, listen => Listen(listen, options));
                break;
            case ListenKind.Loopbacks:
                kestrel.ListenLocalhost(options.Endpoint.Port, listen => Listen(listen, options));
                break;
            default:
                kestrel.Listen(bind.Address, options.Endpoint.Port, listen => Listen(listen, options));
                break;
        }
    }

    private static void Listen(ListenOptions listen, HttpHostOptions options)
    {
        listen.Protocols = options.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Features.Set(new HttpConnection(connection.RemoteEndPoint));
            return options.MaxConnectionAge > TimeSpan.Zero ? RunUntilOldAsync(connection, next, options) : next(connection);
        });
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
