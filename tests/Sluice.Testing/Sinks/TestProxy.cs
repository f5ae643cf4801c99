using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Testing.Sinks;

/// <summary>
/// A proxy of HTTP: it takes requests with whole addresses, and makes tunnels for CONNECT. Whatever host is asked for, it connects to the loopback
/// address at that port. Thread-safe.
/// </summary>
public sealed class TestProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Listens on a free port.</summary>
    public TestProxy()
    {
        _listener.Start();
        Address = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _running = RunAsync();
    }

    /// <summary>Host and port.</summary>
    public string Address { get; }

    /// <summary>The credentials that are asked for, as the header has them; null for none.</summary>
    public string? Authorization { get; set; }

    /// <summary>The first lines of all requests that were let through.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The loop ends before the listener does: a stopped one refuses to accept with another exception.
        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using (client)
        {
            try
            {
                await ServeAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // Either end went away.
            }
        }
    }

    private async Task ServeAsync(NetworkStream client)
    {
        while (await ReadHeadAsync(client) is { } head)
        {
            var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            var credentials = lines.FirstOrDefault(line => line.StartsWith("Proxy-Authorization:", StringComparison.OrdinalIgnoreCase))?.Split(':', 2)[1].Trim();
            if (Authorization is not null && credentials != Authorization)
            {
                await WriteAsync(client, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n");
                continue;
            }

            _requests.Enqueue(lines[0]);
            var words = lines[0].Split(' ');
            var isTunnel = words[0] == "CONNECT";
            var address = isTunnel ? new Uri($"tunnel://{words[1]}") : new Uri(words[1]);
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, address.Port, _stop.Token);
            if (isTunnel)
            {
                await WriteAsync(client, "HTTP/1.1 200 Connection established\r\n\r\n");
            }
            else
            {
                // One request, then both ends are done with it.
                var rest = lines.Skip(1).Where(line => !line.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase));
                await WriteAsync(server.GetStream(), string.Join("\r\n", rest.Prepend($"{words[0]} {address.PathAndQuery} HTTP/1.1").Append("Connection: close")) + "\r\n\r\n");
            }

            var back = server.GetStream().CopyToAsync(client, _stop.Token);
            var forth = client.CopyToAsync(server.GetStream(), _stop.Token);
            await Task.WhenAny(back, forth);
            return;
        }
    }

    /// <summary>Reads the head of a request; null at the end.</summary>
    private async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task WriteAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}
