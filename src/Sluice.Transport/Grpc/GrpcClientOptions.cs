using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Authentication;
using Sluice.Transport.HttpClients;
using Sluice.Transport.Tls;

namespace Sluice.Transport.Grpc;

/// <summary>How a component connects over gRPC: the keys of the Collector's <c>configgrpc</c> client.</summary>
[IgnoredOption("read_buffer_size", "the client sizes its own buffers")]
[IgnoredOption("write_buffer_size", "messages are written from the memory they are in")]
[IgnoredOption("wait_for_ready", "a server that is not there is tried again by retry_on_failure")]
[IgnoredOption("balancer_name", "one connection to one address at a time: put a load balancer in between, or name several exporters")]
[UnsupportedOption("middlewares", "there are no middleware extensions: put a proxy in between")]
public abstract record GrpcClientOptions : IValidatableOptions, IExtensionUser
{
    private const string DnsPrefix = "dns://";

    /// <summary>The server.</summary>
    [Option("The server: host:port, optionally behind https:// or dns:///. Without tls::insecure it is spoken to with TLS.", Required = true)]
    public string Endpoint { get; init; } = "";

    /// <summary>How TLS is spoken.</summary>
    [Option("How TLS is spoken; `insecure: true` for not at all.")]
    public TlsClientOptions Tls { get; init; } = new();

    /// <summary>Headers of every call.</summary>
    [Option("Headers of every call.")]
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    /// <summary>Who adds credentials; null for nobody.</summary>
    [Option("Who adds credentials to every call.")]
    public ClientAuthenticationOptions? Auth { get; init; }

    /// <summary>How messages are compressed.</summary>
    [Option("How messages are compressed: gzip or none. zstd and snappy are not there.")]
    public GrpcCompression Compression { get; init; } = GrpcCompression.Gzip;

    /// <summary>The name of the server in calls; null for the endpoint.</summary>
    [Option("The value of :authority; absent for tls::server_name_override, or the endpoint.")]
    public string? Authority { get; init; }

    /// <summary>What the client calls itself; null for its own name.</summary>
    [Option("The value of user-agent; absent for Sluice and its version.")]
    public string? UserAgent { get; init; }

    /// <summary>Pings.</summary>
    [Option("When the server is pinged; absent for never.")]
    public GrpcKeepaliveClientOptions? Keepalive { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ExtensionReference> UsedExtensions => Auth is null ? [] : [Auth.Reference("auth")];

    /// <summary>Whether calls go over TLS: a scheme of https outweighs insecure, as in the Collector.</summary>
    public bool UsesTls => !Tls.Insecure || Tls.HasOwnAuthorities || Endpoint.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The server as a URL, without a path; null when it is none.</summary>
    public Uri? ServerUri
    {
        get
        {
            var address = Endpoint;
            foreach (var prefix in (string[])["http://", "https://"])
            {
                address = address.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? address[prefix.Length..] : address;
            }

            if (address.StartsWith(DnsPrefix, StringComparison.OrdinalIgnoreCase))
            {
                address = address[(address.LastIndexOf('/') + 1)..];
            }

            return EndpointText.TryParse(address.TrimEnd('/'), out var endpoint, out _) && endpoint.Host.Length > 0 && endpoint.Port > 0
                ? new Uri($"{(UsesTls ? "https" : "http")}://{endpoint}")
                : null;
        }
    }

    /// <summary>What the connections need to know. Without TLS there is no way through a proxy.</summary>
    public HttpConnectionSettings ConnectionSettings => new()
    {
        UseEnvironmentProxy = UsesTls,
        IdleTimeout = TimeSpan.Zero,
        PingDelay = Keepalive is null ? TimeSpan.Zero : AtLeast(TimeSpan.FromSeconds(10), Keepalive.Time),
        PingTimeout = Keepalive is null ? TimeSpan.Zero : AtLeast(TimeSpan.FromSeconds(1), Keepalive.Timeout),
        PingWhileIdle = Keepalive?.PermitWithoutStream ?? false,
    };

    /// <summary>The headers of every call, those that have keys of their own included.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CallHeaders
    {
        get
        {
            var headers = Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Reveal())).ToList();
            if (UserAgent is not null)
            {
                headers.RemoveAll(header => header.Key.Equals("user-agent", StringComparison.OrdinalIgnoreCase));
                headers.Add(new("user-agent", UserAgent));
            }

            if (Authority is not null)
            {
                headers.Add(new("host", Authority));
            }

            return headers;
        }
    }

    /// <inheritdoc/>
    public virtual void Validate(OptionsValidation context)
    {
        ClientHeaders.Validate(Headers, context);
        if (ServerUri is null)
        {
            context.Error("endpoint", $"\"{Endpoint}\" is not the address of a gRPC server", "write host:port, such as collector:4317");
        }
        else if (UsesTls && Endpoint.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            context.Warning("endpoint", "begins with http://, which does not switch TLS off for gRPC", "set tls::insecure to true to connect without TLS");
        }
    }

    private static TimeSpan AtLeast(TimeSpan least, TimeSpan value) => value < least ? least : value;
}

/// <summary>How messages of gRPC are compressed.</summary>
public enum GrpcCompression
{
    /// <summary>RFC 1952.</summary>
    Gzip,

    /// <summary>Not at all.</summary>
    [OptionValue("none", "")]
    None,
}

/// <summary>The Collector's <c>keepalive</c> of gRPC clients.</summary>
public sealed record GrpcKeepaliveClientOptions
{
    /// <summary>Silence after which the server is pinged.</summary>
    [Option("How long the connection may be silent before the server is pinged; at least 10s, which servers insist on.", Min = 0)]
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a ping may stay unanswered.</summary>
    [Option("How long a ping may stay unanswered before the connection is closed, at least a second.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether it is pinged also between calls.</summary>
    [Option("Whether the server is pinged also while no call is under way.")]
    public bool PermitWithoutStream { get; init; }
}
