using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary><c>service::api</c>: the search and status API.</summary>
public sealed record ApiOptions
{
    /// <summary>Whether it listens.</summary>
    [Option("Whether it listens.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Where it listens.</summary>
    [Option("Where it listens; a loopback address, since this version has no authentication.")]
    public EndpointText Endpoint { get; init; } = new("127.0.0.1", 4320);
}
