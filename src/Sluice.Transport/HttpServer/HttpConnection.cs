using System.Net;

namespace Sluice.Transport.HttpServer;

/// <summary>What is the same for all requests of one connection; a connection feature, found in every request's features.</summary>
public sealed class HttpConnection
{
    private volatile object? _state;

    internal HttpConnection(EndPoint? remote) => Peer = (remote as IPEndPoint)?.Address.ToString();

    /// <summary>The sender's address without its port; null when unknown.</summary>
    public string? Peer { get; }

    /// <summary>
    /// What the handler keeps for the connection. Requests of an HTTP/2 connection run at once and may both set it, so only something that
    /// each of them would make alike belongs here.
    /// </summary>
    public object? State
    {
        get => _state;
        set => _state = value;
    }
}
