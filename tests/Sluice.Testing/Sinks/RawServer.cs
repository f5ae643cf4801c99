using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Testing.Sinks;

/// <summary>A server below HTTP: what it does to a connection is up to the test, which is how broken servers are made.</summary>
public sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Socket, CancellationToken, Task> _serve;
    private readonly Task _accepting;
    private int _connections;
    private int _stopped;

    /// <summary>Listens on a free port.</summary>
    /// <param name="serve">Serves one connection, which is closed at its end; what it throws is the end, too.</param>
    public RawServer(Func<Socket, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Host and port.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Reads a request of HTTP/1.1 with a length, and says something in return.</summary>
    public static async Task AnswerAsync(Socket socket, string answer, CancellationToken cancellationToken)
    {
        await ReadRequestAsync(socket, cancellationToken);
        await socket.SendAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
    }

    /// <summary>Reads a request of HTTP/1.1 with a length.</summary>
    public static async Task ReadRequestAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        var text = new StringBuilder();
        var left = -1;
        while (left != 0)
        {
            var read = await socket.ReceiveAsync(buffer, cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException("The request ended early.");
            }

            if (left > 0)
            {
                left -= read;
                continue;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            var head = text.ToString();
            var end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var length = head.Split("\r\n").Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                left = int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture) - (head.Length - end - 4);
            }
        }
    }

    /// <summary>Closes everything. Safe to call twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            // The loop ends before the listener does: a stopped one refuses to accept with another exception.
            await _stop.CancelAsync();
            await _accepting;
            _listener.Dispose();
            _stop.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                serving.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        try
        {
            await _serve(socket, _stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The client went away, or the test is over.
        }
        finally
        {
            socket.Dispose();
        }
    }
}
