using Sluice.Configuration;

namespace Sluice.Transport.Grpc;

/// <summary>The Collector's <c>keepalive::server_parameters</c>.</summary>
public sealed record GrpcKeepaliveServerOptions
{
    /// <summary>Idle time after which a connection is closed; zero for never.</summary>
    [Option("How long a connection may be idle before it is closed; 0s for ever.", Min = 0)]
    public TimeSpan MaxConnectionIdle { get; init; }

    /// <summary>Age at which a connection is asked to close; zero for never.</summary>
    [Option("How old a connection may become before it is asked to close, spread by 10 %; 0s for ever.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan MaxConnectionAge { get; init; }

    /// <summary>How long requests may run after that; zero for no limit.</summary>
    [Option("How long requests may still run on a connection that became too old; 0s for as long as they take.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan MaxConnectionAgeGrace { get; init; }

    /// <summary>Silence after which a connection is pinged.</summary>
    [Option("How long a connection may be silent before it is pinged, at least a second; 0s for never.", Min = 0)]
    public TimeSpan Time { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long a ping may stay unanswered.</summary>
    [Option("How long a ping may stay unanswered before the connection is closed, at least a second.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);
}
