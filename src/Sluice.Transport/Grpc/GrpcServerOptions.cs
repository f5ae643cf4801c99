using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Authentication;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Tls;

namespace Sluice.Transport.Grpc;

/// <summary>How gRPC is served: the keys of the Collector's <c>configgrpc</c> server. A receiver sets its endpoint.</summary>
[IgnoredOption("read_buffer_size", "the server sizes its own buffers")]
[IgnoredOption("write_buffer_size", "the server sizes its own buffers")]
[UnsupportedOption("middlewares", "there are no middleware extensions: put a proxy in front")]
public abstract record GrpcServerOptions : IValidatableOptions
{
    private const int DefaultMaxMessageMiB = 4;

    /// <summary>Where it listens.</summary>
    [Option("Where it listens. Port 0 takes a free one.")]
    public ListenEndpoint Endpoint { get; init; }

    /// <summary>The kind of socket.</summary>
    [Option("The kind of socket; with unix the endpoint is its path.")]
    public SocketKind Transport { get; init; }

    /// <summary>TLS; null for none.</summary>
    [Option("TLS. Absent, it is spoken in the clear.")]
    public TlsServerOptions? Tls { get; init; }

    /// <summary>Who checks senders; null for nobody.</summary>
    [Option("Who checks senders. Absent, everybody may send.")]
    public ServerAuthenticationOptions? Auth { get; init; }

    /// <summary>Largest message; 0 for 4.</summary>
    [Option("The largest message, as sent and inflated; 0 for gRPC's own limit of 4.", Unit = "MiB", Min = 0, Max = 1024)]
    public int MaxRecvMsgSizeMib { get; init; }

    /// <summary>Requests at once on a connection; 0 for 100.</summary>
    [Option("Requests at once on one connection; 0 for 100.", Unit = "requests", Min = 0)]
    public int MaxConcurrentStreams { get; init; }

    /// <summary>Pings and ages of connections.</summary>
    [Option("Pings, idle times and ages of connections.")]
    public GrpcKeepaliveOptions Keepalive { get; init; } = new();

    /// <summary>Whether request headers travel with the records.</summary>
    [Option("Whether the headers of requests are kept with their records, except cookies and what carries credentials.")]
    public bool IncludeMetadata { get; init; }

    /// <summary>Connections at once; zero for no limit.</summary>
    [Option("Connections at once; further ones are closed at once. 0 for as many as the system lets open.", Unit = "connections", Min = 0)]
    public int MaxConnections { get; init; }

    /// <summary>Requests per second; zero for no limit.</summary>
    [Option("Requests that are taken per second, over all senders; further ones are told to come again. 0 for no limit.", Unit = "requests", Min = 0)]
    public int MaxRequestsPerSecond { get; init; }

    /// <summary>Largest message in bytes.</summary>
    public int MaxMessageSize => (MaxRecvMsgSizeMib == 0 ? DefaultMaxMessageMiB : MaxRecvMsgSizeMib) << 20;

    /// <summary>How a host serves them.</summary>
    /// <param name="key">The full configuration key of these options.</param>
    /// <param name="context">The component that listens.</param>
    public HttpHostOptions ToHost(string key, ComponentContext context)
    {
        var keepalive = Keepalive.ServerParameters;
        return new HttpHostOptions
        {
            ConfigurationKey = $"{key}::endpoint",
            Endpoint = Endpoint,
            Tls = Tls,
            Http2 = true,
            MaxConnections = MaxConnections,
            MaxConcurrentStreams = MaxConcurrentStreams,
            IdleTimeout = keepalive.MaxConnectionIdle,
            MaxConnectionAge = keepalive.MaxConnectionAge,
            MaxConnectionAgeGrace = keepalive.MaxConnectionAgeGrace,
            PingInterval = keepalive.Time,
            PingTimeout = keepalive.Timeout,
            Handshakes = Tls is null ? null : new TlsHandshakes(context),
            Time = context.Time,
        };
    }

    /// <inheritdoc/>
    public virtual void Validate(OptionsValidation context) => ListenRules.Check(Endpoint, Transport, context);
}
