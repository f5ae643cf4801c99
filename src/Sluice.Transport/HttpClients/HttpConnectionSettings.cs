namespace Sluice.Transport.HttpClients;

/// <summary>How connections to HTTP servers are made, kept and closed.</summary>
public sealed record HttpConnectionSettings
{
    /// <summary>The proxy to go through; null for the one that the environment names, if any.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Whether a proxy that the environment names is used (<c>http_proxy</c>, <c>https_proxy</c>, <c>no_proxy</c>).</summary>
    public bool UseEnvironmentProxy { get; init; } = true;

    /// <summary>Connections at once to one server; 0 for no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>How long an unused connection is kept; zero for ever.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>HTTP/2: silence after which the server is pinged; zero for never.</summary>
    public TimeSpan PingDelay { get; init; }

    /// <summary>HTTP/2: how long a ping may stay unanswered.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>HTTP/2: whether it is pinged also while no request is under way.</summary>
    public bool PingWhileIdle { get; init; } = true;

    /// <summary>Whether cookies are kept and sent back.</summary>
    public bool UseCookies { get; init; }
}
