using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Authentication;
using Sluice.Transport.Tls;

namespace Sluice.Transport.HttpClients;

/// <summary>How a component connects over HTTP: the keys of the Collector's <c>confighttp</c> client beside endpoint and timeout.</summary>
[IgnoredOption("read_buffer_size", "the client sizes its own buffers")]
[IgnoredOption("write_buffer_size", "bodies are written from the memory they are in")]
[IgnoredOption("max_idle_conns", "as many connections are kept as sending_queue::num_consumers has used at once")]
[IgnoredOption("max_idle_conns_per_host", "as many connections are kept as sending_queue::num_consumers has used at once")]
[UnsupportedOption("middlewares", "there are no middleware extensions: put a proxy in between, by proxy_url")]
public abstract record HttpClientOptions : IValidatableOptions, IExtensionUser
{
    /// <summary>The proxy.</summary>
    [Option("The proxy to go through, such as http://user:password@proxy:3128; absent for the one that http_proxy, https_proxy and no_proxy name.")]
    public Secret? ProxyUrl { get; init; }

    /// <summary>How TLS is spoken where the endpoint begins with https.</summary>
    [Option("How TLS is spoken to endpoints that begin with https.")]
    public TlsClientOptions Tls { get; init; } = new();

    /// <summary>Headers of every request.</summary>
    [Option("Headers of every request.")]
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    /// <summary>Who adds credentials; null for nobody.</summary>
    [Option("Who adds credentials to every request.")]
    public ClientAuthenticationOptions? Auth { get; init; }

    /// <summary>How bodies are compressed.</summary>
    [Option("How bodies are compressed: gzip, deflate (or zlib, which is the same) or none. zstd, snappy and lz4 are not there.")]
    public ClientCompression Compression { get; init; } = ClientCompression.Gzip;

    /// <summary>How hard compression tries.</summary>
    [Option("How hard compression tries.")]
    public CompressionParamsOptions CompressionParams { get; init; } = new();

    /// <summary>Connections at once; zero for no limit.</summary>
    [Option("Connections at once to one server; 0 for no limit.", Min = 0)]
    public int MaxConnsPerHost { get; init; }

    /// <summary>How long an idle connection is kept; zero for ever.</summary>
    [Option("How long an unused connection is kept; 0s for ever.", Min = 0)]
    public TimeSpan IdleConnTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Whether each request has a connection of its own.</summary>
    [Option("Whether every request gets a connection of its own.")]
    public bool DisableKeepAlives { get; init; }

    /// <summary>Whether HTTP/2 is offered to servers of TLS.</summary>
    [Option("Whether HTTP/2 is offered to servers of TLS.", Key = "force_attempt_http2")]
    public bool ForceAttemptHttp2 { get; init; } = true;

    /// <summary>HTTP/2: silence after which the server is pinged; zero for never.</summary>
    [Option("HTTP/2: how long a connection may be silent before the server is pinged, at least a second; 0s for never.", Key = "http2_read_idle_timeout", Min = 0)]
    public TimeSpan Http2ReadIdleTimeout { get; init; }

    /// <summary>HTTP/2: how long a ping may stay unanswered.</summary>
    [Option("HTTP/2: how long a ping may stay unanswered before the connection is closed, at least a second.", Key = "http2_ping_timeout", Min = 0)]
    public TimeSpan Http2PingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Cookies.</summary>
    [Option("Whether cookies that the server sets are sent back to it.")]
    public CookiesOptions Cookies { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<ExtensionReference> UsedExtensions => Auth is null ? [] : [Auth.Reference("auth")];

    /// <summary>What the connections need to know.</summary>
    public HttpConnectionSettings ConnectionSettings => new()
    {
        Proxy = ProxyUrl is null ? null : new Uri(ProxyUrl.Reveal()),
        MaxConnections = MaxConnsPerHost,
        IdleTimeout = IdleConnTimeout,
        PingDelay = AtLeastOneSecond(Http2ReadIdleTimeout),
        PingTimeout = AtLeastOneSecond(Http2PingTimeout),
        UseCookies = Cookies.Enabled,
    };

    /// <inheritdoc/>
    public virtual void Validate(OptionsValidation context)
    {
        ClientHeaders.Validate(Headers, context);
        if (ProxyUrl is null)
        {
            return;
        }

        if (!Uri.TryCreate(ProxyUrl.Reveal(), UriKind.Absolute, out var proxy) || proxy.Scheme is not ("http" or "https" or "socks5"))
        {
            context.Error("proxy_url", "is not the address of a proxy", "write http://host:port, https://host:port or socks5://host:port");
        }

        if (Tls.ServerNameOverride is not null || Tls.ReloadInterval > TimeSpan.Zero)
        {
            context.Error(
                Tls.ServerNameOverride is not null ? "tls::server_name_override" : "tls::reload_interval",
                "does not work through a proxy",
                "leave it out, or proxy_url");
        }
    }

    /// <summary>The finest that the client's timers do.</summary>
    private static TimeSpan AtLeastOneSecond(TimeSpan value) =>
        value > TimeSpan.Zero && value < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : value;
}

/// <summary>The Collector's <c>cookies</c>.</summary>
public sealed record CookiesOptions
{
    /// <summary>Whether they are kept.</summary>
    [Option("Whether cookies that the server sets are sent back to it.")]
    public bool Enabled { get; init; }
}
