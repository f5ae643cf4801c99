using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpClients;
using Sluice.Transport.Rpc;

namespace Sluice.Transport.Grpc;

/// <summary>
/// Unary calls of gRPC over HTTP/2: "gRPC over HTTP2" in the protocol's own documents. Nothing is kept between calls. Thread-safe.
/// </summary>
/// <param name="connections">Where calls are sent.</param>
/// <param name="headers">Headers of every call.</param>
/// <param name="authenticator">Adds credentials; null for none.</param>
/// <param name="compression">How messages are compressed.</param>
public sealed class GrpcClient(
    HttpConnections connections, IReadOnlyList<KeyValuePair<string, string>> headers, IClientAuthenticator? authenticator, ClientCompression compression)
{
    private const int CompressedFlag = 1;

    /// <summary>Units of <c>grpc-timeout</c>, the finest first; at most eight digits stand before one.</summary>
    private static readonly (char Unit, long Ticks)[] TimeoutUnits =
        [('n', 0), ('u', TimeSpan.TicksPerMicrosecond), ('m', TimeSpan.TicksPerMillisecond), ('S', TimeSpan.TicksPerSecond), ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour)];

    /// <summary>Writes what stands before a message.</summary>
    /// <param name="header">The first <see cref="GrpcReply.HeaderSize"/> bytes of the frame.</param>
    /// <param name="isCompressed">Whether the message is compressed.</param>
    /// <param name="length">Its length as sent.</param>
    public static void WriteHeader(Span<byte> header, bool isCompressed, int length)
    {
        header[0] = isCompressed ? (byte)CompressedFlag : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], length);
    }

    /// <summary>A time limit as <c>grpc-timeout</c> has it, in the finest unit that holds it; null for none.</summary>
    public static string? FormatTimeout(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            return null;
        }

        foreach (var (unit, ticks) in TimeoutUnits)
        {
            var count = ticks == 0 ? timeout.Ticks * TimeSpan.NanosecondsPerTick : timeout.Ticks / ticks;
            if (count is > 0 and < 100_000_000)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }

        return null;
    }

    /// <summary>Makes a call.</summary>
    /// <param name="method">Its address: server, service and method.</param>
    /// <param name="frame">The framed message. It is closed when this returns or throws.</param>
    /// <param name="values">What the requests have in common whose records are in the message; <see cref="RequestValues.None"/> without records.</param>
    /// <param name="timeout">What <c>grpc-timeout</c> says; null for nothing.</param>
    /// <param name="message">Gets the message of the answer, at most <paramref name="messageLimit"/> bytes.</param>
    /// <param name="messageLimit">The longest message to take.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HttpRequestException">There is no connection, or it broke.</exception>
    public async Task<GrpcAnswer> CallAsync(
        Uri method,
        SegmentedContent frame,
        RequestValues values,
        string? timeout,
        PooledBufferWriter message,
        int messageLimit,
        CancellationToken cancellationToken)
    {
        try
        {
            using var request = CreateRequest(method, frame, timeout);
            await ClientHeaders.AddToAsync(request, headers, authenticator, values, cancellationToken).ConfigureAwait(false);
            using var response = await connections.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return await ReadAsync(response, message, messageLimit, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await frame.CloseAsync().ConfigureAwait(false);
        }
    }

    private HttpRequestMessage CreateRequest(Uri method, SegmentedContent frame, string? timeout)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = frame,
        };
        frame.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity");
        if (ClientCompressions.NameOf(compression) is { } encoding)
        {
            request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        }

        if (timeout is not null)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
        }

        return request;
    }

    private static async Task<GrpcAnswer> ReadAsync(
        HttpResponseMessage response, PooledBufferWriter message, int messageLimit, CancellationToken cancellationToken)
    {
        var http = (int)response.StatusCode;
        if (response.StatusCode != HttpStatusCode.OK)
        {
            // A gRPC server always answers 200; a proxy may still pass on what the server said.
            return Find(response, "grpc-status") is { } stated
                ? ReadStatus(response, stated, http)
                : new GrpcAnswer(new RpcStatus(CodeOf(http), $"HTTP {http} instead of an answer of gRPC"), IsBroken: false, http);
        }

        if (response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            return GrpcAnswer.Broken(http, $"the answer is {response.Content.Headers.ContentType?.ToString() ?? "of no type"} instead of application/grpc");
        }

        var isWhole = await ResponseBody.ReadAsync(response, message, messageLimit + GrpcReply.HeaderSize, cancellationToken).ConfigureAwait(false);
        if (Find(response, "grpc-status") is not { } status)
        {
            return GrpcAnswer.Broken(http, "the answer ended without a status");
        }

        var answer = ReadStatus(response, status, http);
        return answer is { IsBroken: false, Status.Code: RpcCode.Ok } && (!isWhole || FrameProblem(message.WrittenSpan) is not null)
            ? GrpcAnswer.Broken(http, isWhole ? FrameProblem(message.WrittenSpan)! : "the message of the answer is too long")
            : answer;
    }

    private static string? FrameProblem(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < GrpcReply.HeaderSize)
        {
            return "the answer is OK without a message";
        }

        if (frame[0] != 0)
        {
            return "the message of the answer is compressed, though that was not offered";
        }

        return BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) == frame.Length - GrpcReply.HeaderSize ? null : "the message of the answer is not as long as it says";
    }

    private static GrpcAnswer ReadStatus(HttpResponseMessage response, string text, int http)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return GrpcAnswer.Broken(http, "the status of the answer is not a number");
        }

        var message = GrpcMessageText.Decode(Find(response, "grpc-message") ?? "");
        var known = code <= (int)RpcCode.Unauthenticated ? (RpcCode)code : RpcCode.Unknown;
        return new GrpcAnswer(new RpcStatus(known, message, ReadDelay(Find(response, "grpc-status-details-bin"))), IsBroken: false, http);
    }

    /// <summary>The delay in the details, which are a <c>google.rpc.Status</c> in base64 with or without padding.</summary>
    private static TimeSpan? ReadDelay(string? details)
    {
        if (details is null)
        {
            return null;
        }

        var bytes = new byte[details.Length];
        return Convert.TryFromBase64String(details.TrimEnd('=').PadRight((details.TrimEnd('=').Length + 3) / 4 * 4, '='), bytes, out var length)
            && RpcStatus.TryRead(bytes.AsSpan(0, length), out var status)
            ? status.RetryDelay
            : null;
    }

    /// <summary>A trailer; a header when the answer is trailers only.</summary>
    private static string? Find(HttpResponseMessage response, string name)
    {
        if (response.TrailingHeaders.NonValidated.TryGetValues(name, out var values) || response.Headers.NonValidated.TryGetValues(name, out values))
        {
            foreach (var value in values)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The code for a status of HTTP, by gRPC's table.</summary>
    private static RpcCode CodeOf(int http) => http switch
    {
        400 => RpcCode.Internal,
        401 => RpcCode.Unauthenticated,
        403 => RpcCode.PermissionDenied,
        404 => RpcCode.Unimplemented,
        429 or 502 or 503 or 504 => RpcCode.Unavailable,
        _ => RpcCode.Unknown,
    };
}
