using Sluice.Configuration;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>How OTLP/gRPC is served: the keys of the Collector's <c>configgrpc</c> server.</summary>
[IgnoredOption("read_buffer_size", "the server sizes its own buffers")]
[IgnoredOption("write_buffer_size", "the server sizes its own buffers")]
[UnsupportedOption("tls", "TLS is not there yet: listen on a loopback address behind a proxy that ends TLS")]
[UnsupportedOption("auth", "authentication is not there yet: listen on a loopback address behind a proxy that authenticates")]
[UnsupportedOption("middlewares", "there are no middleware extensions: put a proxy in front")]
public sealed record OtlpGrpcOptions : IValidatableOptions
{
    private const int DefaultMaxMessageMiB = 4;

    /// <summary>Where it listens.</summary>
    [Option("Where it listens. Port 0 takes a free one.")]
    public EndpointText Endpoint { get; init; } = EndpointText.Parse("localhost:4317");

    /// <summary>The kind of socket.</summary>
    [Option("The kind of socket: tcp.")]
    public string Transport { get; init; } = "tcp";

    /// <summary>Largest message; 0 for 4.</summary>
    [Option("The largest message, as sent and inflated; 0 for gRPC's own limit of 4.", Unit = "MiB", Min = 0, Max = 1024)]
    public int MaxRecvMsgSizeMib { get; init; }

    /// <summary>Requests at once on a connection; 0 for 100.</summary>
    [Option("Requests at once on one connection; 0 for 100.", Unit = "requests", Min = 0)]
    public int MaxConcurrentStreams { get; init; }

    /// <summary>Pings and ages of connections.</summary>
    [Option("Pings, idle times and ages of connections.")]
    public OtlpKeepaliveOptions Keepalive { get; init; } = new();

    /// <summary>Whether request headers travel with the records.</summary>
    [Option("Whether the headers of requests are kept with their records, except authorization and cookies.")]
    public bool IncludeMetadata { get; init; }

    /// <summary>Largest message in bytes.</summary>
    public int MaxMessageSize => (MaxRecvMsgSizeMib == 0 ? DefaultMaxMessageMiB : MaxRecvMsgSizeMib) << 20;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context) => OtlpServerRules.CheckTransport(Transport, context);
}
