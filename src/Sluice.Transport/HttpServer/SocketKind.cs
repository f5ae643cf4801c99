namespace Sluice.Transport.HttpServer;

/// <summary>The kinds of sockets that servers listen on.</summary>
public enum SocketKind
{
    /// <summary>TCP over IPv4 or IPv6.</summary>
    Tcp,

    /// <summary>A Unix domain socket.</summary>
    Unix,
}
