using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Sluice.Load.Sending;

/// <summary>Unary gRPC on a connection of HTTP/2 of its own.</summary>
internal sealed class GrpcLoadConnection : ILoadConnection
{
    private const int FrameHeader = 5;
    private readonly LoadTarget _target;
    private readonly Uri _address;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private byte[] _frame = [];

    public GrpcLoadConnection(LoadTarget target)
    {
        _target = target;
        _address = new Uri(target.Endpoint, target.Path);
    }

    public async ValueTask<SendAnswer> SendAsync(ReadOnlyMemory<byte> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(Compose(body.Span));
        using var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("User-Agent", "sluice-load");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        if (_target.Gzip)
        {
            request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
        }

        try
        {
            using var response = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);

            // Trailers are there once the body has been read.
            var message = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return AnswerOf(response, message);
        }
        catch (HttpRequestException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public void Dispose() => _client.Dispose();

    private ReadOnlyMemory<byte> Compose(ReadOnlySpan<byte> body)
    {
        var length = FrameHeader + body.Length;
        if (_frame.Length < length)
        {
            _frame = new byte[length];
        }

        _frame[0] = _target.Gzip ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(_frame.AsSpan(1), body.Length);
        body.CopyTo(_frame.AsSpan(FrameHeader));
        return _frame.AsMemory(0, length);
    }

    private static SendAnswer AnswerOf(HttpResponseMessage response, byte[] message)
    {
        const int ok = 0;
        const int resourceExhausted = 8;
        const int unavailable = 14;
        var text = response.TrailingHeaders.TryGetValues("grpc-status", out var values) || response.Headers.TryGetValues("grpc-status", out values)
            ? values.First()
            : throw new IOException($"The answer with status {(int)response.StatusCode} has no grpc-status.");
        return int.Parse(text, CultureInfo.InvariantCulture) switch
        {
            ok when message.Length == FrameHeader => SendAnswer.Acknowledged,
            resourceExhausted or unavailable => SendAnswer.Refused,
            _ => SendAnswer.Rejected,
        };
    }
}
