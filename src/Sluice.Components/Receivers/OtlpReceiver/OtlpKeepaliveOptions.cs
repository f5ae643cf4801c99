using Sluice.Configuration;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>The Collector's <c>keepalive</c> of gRPC servers.</summary>
[IgnoredOption("enforcement_policy", "clients may ping as often as they like; the server closes connections that flood it by itself")]
public sealed record OtlpKeepaliveOptions
{
    /// <summary>What the server does.</summary>
    [Option("What the server does to its connections.")]
    public OtlpKeepaliveServerOptions ServerParameters { get; init; } = new();
}
