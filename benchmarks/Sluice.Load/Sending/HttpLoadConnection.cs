using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Load.Sending;

/// <summary>
/// HTTP/1.1 on a bare socket: headers are written once, a request is one send of one piece of memory, and an answer is read where it arrives. Nothing is
/// allocated per request.
/// </summary>
internal sealed class HttpLoadConnection : ILoadConnection
{
    /// <summary>Room for the length, right-aligned: white space before a field's value has no meaning.</summary>
    private const int LengthDigits = 10;

    private readonly LoadTarget _target;
    private readonly byte[] _head;
    private readonly byte[] _answer = new byte[16 * 1024];
    private byte[] _request = [];
    private Socket? _socket;

    public HttpLoadConnection(LoadTarget target)
    {
        _target = target;
        var coding = target.Gzip ? "Content-Encoding: gzip\r\n" : "";
        _head = Encoding.ASCII.GetBytes(
            $"POST {target.Path} HTTP/1.1\r\nHost: {target.Endpoint.Authority}\r\nUser-Agent: sluice-load\r\nContent-Type: {target.ContentType}\r\n{coding}Content-Length: {new string(' ', LengthDigits)}\r\n");
    }

    public async ValueTask<SendAnswer> SendAsync(ReadOnlyMemory<byte> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            _socket ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);
            var left = Compose(headers.Span, body.Span);
            while (!left.IsEmpty)
            {
                left = left[await _socket.SendAsync(left, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            }

            return await ReadAnswerAsync(_socket, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            Dispose();
            throw exception is SocketException ? new IOException(exception.Message, exception) : exception;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_target.Endpoint.Host, _target.Endpoint.Port, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private ReadOnlyMemory<byte> Compose(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> body)
    {
        var bodyStart = _head.Length + headers.Length + "\r\n".Length;
        var length = bodyStart + body.Length;
        if (_request.Length < length)
        {
            _request = new byte[length];
            _head.CopyTo(_request, 0);
        }

        var digits = _request.AsSpan(_head.Length - "\r\n".Length - LengthDigits, LengthDigits);
        digits.Fill((byte)' ');
        Span<byte> number = stackalloc byte[LengthDigits];
        _ = Utf8Formatter.TryFormat(body.Length, number, out var written);
        number[..written].CopyTo(digits[^written..]);
        headers.CopyTo(_request.AsSpan(_head.Length));
        "\r\n"u8.CopyTo(_request.AsSpan(bodyStart - "\r\n".Length));
        body.CopyTo(_request.AsSpan(bodyStart));
        return _request.AsMemory(0, length);
    }

    private async ValueTask<SendAnswer> ReadAnswerAsync(Socket socket, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (true)
        {
            if (filled == _answer.Length)
            {
                throw new IOException($"The answer is longer than {_answer.Length} bytes.");
            }

            var read = await socket.ReceiveAsync(_answer.AsMemory(filled), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new IOException("The connection was closed before the answer was complete.");
            }

            filled += read;
            if (HttpAnswer.TryParse(_answer.AsSpan(0, filled), out var answer))
            {
                if (answer.Closes)
                {
                    Dispose();
                }

                return answer.ToSendAnswer();
            }
        }
    }
}
