using Sluice.Configuration;

namespace Sluice.Api;

/// <summary><c>service::api</c>: the search and status API.</summary>
public sealed record ApiOptions
{
    /// <summary>Where it listens: a loopback address.</summary>
    [Option("Where the search and status API listens. A loopback address: it has no authentication.")]
    public EndpointText Endpoint { get; init; } = EndpointText.Parse("127.0.0.1:4320");

    /// <summary>How long one search may take.</summary>
    [Option("How long one search may take before it is cut off.", Min = 1, Max = 3600)]
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Searches at once.</summary>
    [Option("Searches at once; others wait for one to end.", Unit = "searches", Min = 1, Max = 64)]
    public int MaxConcurrentQueries { get; init; } = 4;
}
