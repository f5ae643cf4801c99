namespace Sluice.Standins.Elasticsearch;

/// <summary>How a stand-in cluster is set up.</summary>
public sealed record StandinOptions
{
    /// <summary>What it behaves like.</summary>
    public StandinVersion Version { get; init; } = StandinVersion.Elasticsearch8;

    /// <summary>Users and their passwords. Without any of these three kinds everybody is let in.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary>API keys as clients send them: base64 of id and key.</summary>
    public IReadOnlySet<string> ApiKeys { get; init; } = new HashSet<string>();

    /// <summary>Bearer tokens.</summary>
    public IReadOnlySet<string> BearerTokens { get; init; } = new HashSet<string>();

    /// <summary>The largest body of a request, inflated and not, in bytes (<c>http.max_content_length</c>).</summary>
    public long MaxContentLength { get; init; } = 100 << 20;

    /// <summary>The setting <c>action.auto_create_index</c>: true, false, or patterns with + and -.</summary>
    public string AutoCreateIndex { get; init; } = "true";

    /// <summary>
    /// After which time a search sees what was written, unless an index has <c>index.refresh_interval</c>. Gets by id see it at once.
    /// </summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock: of dates in names, of time-series bounds, of refreshes.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal bool IsSecured => Users.Count + ApiKeys.Count + BearerTokens.Count > 0;
}
