using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Authentication;
using Sluice.Transport.Bodies;
using Sluice.Transport.Tls;

namespace Sluice.Transport.HttpServer;

/// <summary>How HTTP is served: the keys of the Collector's <c>confighttp</c> server. A receiver adds its own and sets its endpoint.</summary>
[IgnoredOption("write_timeout", "answers are small; the server cuts off a client that takes them at less than 240 bytes a second")]
[UnsupportedOption("middlewares", "there are no middleware extensions: put a proxy in front")]
public abstract record HttpServerOptions : IValidatableOptions
{
    private const int DefaultMaxBodySize = 20 << 20;

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

    /// <summary>What browsers may do; null for nothing.</summary>
    [Option("Which scripts may send from browsers. Absent, none of another origin.")]
    public CorsOptions? Cors { get; init; }

    /// <summary>Largest body.</summary>
    [Option("The largest body, as sent and inflated; 0 for 20MiB.", Min = 0, Max = 1 << 30)]
    public ByteSize MaxRequestBodySize { get; init; } = new(DefaultMaxBodySize);

    /// <summary>Accepted content codings.</summary>
    [Option("The compressions that are accepted: gzip, zlib, deflate, and \"\" for none.")]
    public IReadOnlyList<string> CompressionAlgorithms { get; init; } = ["", "gzip", "zlib", "deflate"];

    /// <summary>Whether request headers travel with the records.</summary>
    [Option("Whether the headers of requests are kept with their records, except cookies and what carries credentials.")]
    public bool IncludeMetadata { get; init; }

    /// <summary>Headers added to every answer.</summary>
    [Option("Headers added to every answer.")]
    public IReadOnlyDictionary<string, string> ResponseHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a request may take to arrive; zero for no limit.</summary>
    [Option("How long the body of a request may take to arrive; 0s for no limit but 240 bytes a second.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan ReadTimeout { get; init; }

    /// <summary>How long its head may take; zero for no limit.</summary>
    [Option("How long the head of a request may take to arrive; 0s for no limit.", Min = 0)]
    public TimeSpan ReadHeaderTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a connection may be idle; zero for no limit.</summary>
    [Option("How long a connection may be idle before it is closed; 0s for ever.", Min = 0)]
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>Whether connections serve more than one request.</summary>
    [Option("Whether a connection serves more than one request.")]
    public bool KeepAlivesEnabled { get; init; } = true;

    /// <summary>Connections at once; zero for no limit.</summary>
    [Option("Connections at once; further ones are closed at once. 0 for as many as the system lets open.", Unit = "connections", Min = 0)]
    public int MaxConnections { get; init; }

    /// <summary>Requests per second; zero for no limit.</summary>
    [Option("Requests that are taken per second, over all senders; further ones are told to come again. 0 for no limit.", Unit = "requests", Min = 0)]
    public int MaxRequestsPerSecond { get; init; }

    /// <summary>Limits of bodies.</summary>
    public BodyLimits BodyLimits => new()
    {
        MaxSize = MaxRequestBodySize.Bytes == 0 ? DefaultMaxBodySize : (int)MaxRequestBodySize.Bytes,
        Codings = CompressionAlgorithms.Aggregate(ContentCodings.None, (codings, name) => codings | ContentCodingNames.Parse(name)),
    };

    /// <summary>How a host serves them.</summary>
    /// <param name="key">The full configuration key of these options.</param>
    /// <param name="context">The component that listens.</param>
    public HttpHostOptions ToHost(string key, ComponentContext context) => new()
    {
        ConfigurationKey = $"{key}::endpoint",
        Endpoint = Endpoint,
        Tls = Tls,
        ReadHeaderTimeout = ReadHeaderTimeout,
        IdleTimeout = IdleTimeout,
        KeepAlives = KeepAlivesEnabled,
        MaxConnections = MaxConnections,
        ResponseHeaders = ResponseHeaders,
        Handshakes = Tls is null ? null : new TlsHandshakes(context),
        Time = context.Time,
    };

    /// <inheritdoc/>
    public virtual void Validate(OptionsValidation context)
    {
        ListenRules.Check(Endpoint, Transport, context);
        foreach (var name in CompressionAlgorithms.Where(name => ContentCodingNames.Parse(name) == ContentCodings.None))
        {
            context.Error("compression_algorithms", $"\"{name}\" is not supported", "leave it out; gzip, zlib, deflate and \"\" are supported");
        }

        HeaderRules.CheckResponse(ResponseHeaders, context);
    }
}
