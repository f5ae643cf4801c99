using System.Net;
using System.Net.Sockets;

namespace Sluice.Testing.Sinks;

/// <summary>
/// A free port of the loopback address that stays a test's own: for a server that goes away and comes back on it. A port that nobody holds meanwhile
/// may be given to anybody else who asks the system for a free one. While no server listens on it, connections are refused.
/// </summary>
public sealed class HeldPort : IDisposable
{
    // Bound and not listening: others may be bound to the same address as long as none listens, and the system does not give the port away.
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes one.</summary>
    public HeldPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Gives it back.</summary>
    public void Dispose() => _socket.Dispose();
}
