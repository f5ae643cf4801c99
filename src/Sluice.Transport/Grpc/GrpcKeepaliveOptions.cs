using Sluice.Configuration;

namespace Sluice.Transport.Grpc;

/// <summary>The Collector's <c>keepalive</c> of gRPC servers.</summary>
[IgnoredOption("enforcement_policy", "clients may ping as often as they like; the server closes connections that flood it by itself")]
public sealed record GrpcKeepaliveOptions
{
    /// <summary>What the server does.</summary>
    [Option("What the server does to its connections.")]
    public GrpcKeepaliveServerOptions ServerParameters { get; init; } = new();
}
