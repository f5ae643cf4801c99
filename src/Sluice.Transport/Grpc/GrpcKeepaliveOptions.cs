using Sluice.Configuration;

namespace Sluice.Transport.Grpc;

/// <summary>The Collector's <c>keepalive</c> of gRPC servers.</summary>
[IgnoredOption("enforcement_policy", "pings are answered however often they come; nobody is disconnected for them")]
public sealed record GrpcKeepaliveOptions
{
    /// <summary>What the server does.</summary>
    [Option("What the server does to its connections.")]
    public GrpcKeepaliveServerOptions ServerParameters { get; init; } = new();
}
