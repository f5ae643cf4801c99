namespace Sluice.Transport.HttpServer;

/// <summary>
/// How the TLS handshake of one connection went. The server closes a connection whose handshake fails and tells nobody but its log, which
/// runs in the flow of the connection and finds this there.
/// </summary>
internal sealed class HandshakeResult
{
    private static readonly AsyncLocal<HandshakeResult?> OfFlow = new();

    /// <summary>The one of the connection whose code runs; null outside of connections with TLS.</summary>
    public static HandshakeResult? Current
    {
        get => OfFlow.Value;
        set => OfFlow.Value = value;
    }

    /// <summary>It succeeded.</summary>
    public bool IsComplete { get; set; }

    /// <summary>What broke it, as far as the server said.</summary>
    public Exception? Cause { get; set; }
}
