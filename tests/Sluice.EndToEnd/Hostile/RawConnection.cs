using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.EndToEnd.Hostile;

/// <summary>A connection whose every byte a test writes.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;

    private RawConnection(Socket socket) => _socket = socket;

    public static async Task<RawConnection> OpenAsync(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(address));
        return new RawConnection(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>Sends as long as the server takes it.</summary>
    /// <returns>False when the server has closed the connection.</returns>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(bytes);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Everything that comes until the server closes the connection, or cuts it off.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer) is var count and > 0)
            {
                all.Write(buffer, 0, count);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut off, by the other end or by this one: what came before is what there is.
        }

        return all.ToArray();
    }

    /// <summary>The first line of the answer.</summary>
    public async Task<string> ReadStatusAsync()
    {
        var line = new StringBuilder();
        var buffer = new byte[1];
        while (await _socket.ReceiveAsync(buffer) > 0 && buffer[0] != '\r')
        {
            line.Append((char)buffer[0]);
        }

        return line.ToString();
    }

    /// <summary>Ends the connection with a reset instead of a farewell.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();
}
