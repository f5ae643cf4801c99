using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Load.Ids;
using Sluice.Load.Serving;

namespace Sluice.Load.Receiving;

/// <summary>
/// A backend for OTLP over HTTP and gRPC, for the bulk API of Elasticsearch, and for Prometheus' remote write, that takes everything and counts which
/// records came. It looks for their markers only and decodes nothing, since what it uses of its core is taken from the sender's. Thread-safe.
/// </summary>
public sealed class SinkServer : IAsyncDisposable
{
    private const int FrameHeader = 5;
    private static readonly byte[] EmptyMessage = new byte[FrameHeader];
    private static readonly HashSet<string> HttpPaths = ["/v1/logs", "/v1/traces", "/v1/metrics"];

    private static readonly HashSet<string> GrpcPaths =
    [
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    ];

    private readonly ConcurrentBag<SinkBody> _bodies = [];
    private readonly BulkApi _bulk = new();
    private readonly BareServer _server;
    private readonly bool _stalls;
    private long _requests;
    private long _bytes;
    private long _faults;

    private SinkServer(IPEndPoint http, IPEndPoint grpc, bool stalls)
    {
        _stalls = stalls;
        _server = new BareServer(ServeAsync, kestrel =>
        {
            // A sender that its core cannot serve is no slow client.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(http, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(grpc, listen => listen.Protocols = HttpProtocols.Http2);
        });
    }

    /// <summary>Scheme, host and port of HTTP/1.1.</summary>
    public string Http { get; private set; } = "";

    /// <summary>Scheme, host and port of gRPC.</summary>
    public string Grpc { get; private set; } = "";

    /// <summary>The records that came.</summary>
    public IdCounter Records { get; } = new();

    /// <summary>What came so far.</summary>
    public SinkReport Report => new(
        Interlocked.Read(ref _requests), Interlocked.Read(ref _bytes), Records.Distinct, Records.Doubled, Interlocked.Read(ref _faults));

    /// <summary>Listens.</summary>
    /// <param name="http">Where HTTP/1.1 is spoken; port 0 for a free one.</param>
    /// <param name="grpc">Where gRPC is spoken; port 0 for a free one.</param>
    /// <param name="stalls">Whether it answers no request: it reads each and keeps its sender waiting.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<SinkServer> StartAsync(IPEndPoint http, IPEndPoint grpc, bool stalls = false, CancellationToken cancellationToken = default)
    {
        var sink = new SinkServer(http, grpc, stalls);
        var addresses = await sink._server.StartAsync(cancellationToken).ConfigureAwait(false);
        (sink.Http, sink.Grpc) = (addresses[0], addresses[1]);
        return sink;
    }

    /// <summary>Cuts off whoever is connected.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (HttpMethods.IsGet(context.Request.Method) && path == "/counts")
        {
            await context.Response.WriteAsJsonAsync(Report, ReportJson.Default.SinkReport).ConfigureAwait(false);
            return;
        }

        var isGrpc = HttpProtocol.IsHttp2(context.Request.Protocol);
        var isBulk = !isGrpc && BulkApi.IsBulk(path);
        if (!isGrpc && !isBulk && BulkApi.Answer(context, path) is { } answered)
        {
            await answered.ConfigureAwait(false);
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method) || !(isBulk || (!isGrpc && RemoteWriteApi.IsWrite(path)) || (isGrpc ? GrpcPaths : HttpPaths).Contains(path)))
        {
            Interlocked.Increment(ref _faults);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (_stalls)
        {
            await context.Request.BodyReader.CopyToAsync(Stream.Null, context.RequestAborted).ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        if (!_bodies.TryTake(out var body))
        {
            body = new SinkBody();
        }

        var counted = 0;
        try
        {
            await body.ReadAsync(context.Request.BodyReader, context.RequestAborted).ConfigureAwait(false);
            Interlocked.Add(ref _bytes, body.Bytes.Length);
            counted = Count(context, body, isGrpc, isBulk);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            Interlocked.Increment(ref _faults);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(exception.Message, CancellationToken.None).ConfigureAwait(false);
            return;
        }
        finally
        {
            _bodies.Add(body);
        }

        Interlocked.Increment(ref _requests);
        await (isBulk ? _bulk.AnswerAsync(context, counted) : isGrpc ? AnswerGrpcAsync(context.Response) : AnswerHttp(context.Response)).ConfigureAwait(false);
    }

    /// <summary>Counts the records of a body.</summary>
    /// <returns>What its sender is told: documents of the bulk API, or samples of a remote write.</returns>
    private int Count(HttpContext context, SinkBody body, bool isGrpc, bool isBulk)
    {
        if (!isGrpc && RemoteWriteApi.IsWrite(context.Request.Path.Value ?? ""))
        {
            var isVersion2 = RemoteWriteApi.IsVersion2(context.Request.ContentType);
            var samples = RemoteWriteApi.Count(body.Unsnap(), isVersion2, Records);
            if (isVersion2)
            {
                RemoteWriteApi.SayWritten(context.Response.Headers, samples);
            }

            return samples;
        }

        var bytes = isGrpc ? Unframe(context, body) : Inflate(body, body.Bytes, context.Request.Headers.ContentEncoding.ToString());
        var documents = isBulk ? BulkApi.Documents(bytes) : 0;
        Records.Add(bytes);
        return documents;
    }

    private static ReadOnlySpan<byte> Unframe(HttpContext context, SinkBody body)
    {
        var frame = body.Bytes;
        if (frame.Length < FrameHeader || BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) != frame.Length - FrameHeader)
        {
            throw new InvalidDataException("The frame is not as long as it says.");
        }

        return frame[0] == 0 ? frame[FrameHeader..] : Inflate(body, frame[FrameHeader..], context.Request.Headers["grpc-encoding"].ToString());
    }

    private static ReadOnlySpan<byte> Inflate(SinkBody body, ReadOnlySpan<byte> bytes, string coding) => coding switch
    {
        "" or "identity" => bytes,
        "gzip" => body.Inflate(bytes),
        _ => throw new InvalidDataException($"The coding '{coding}' is not understood: gzip is."),
    };

    private static Task AnswerHttp(HttpResponse response)
    {
        response.ContentType = "application/x-protobuf";
        response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static async Task AnswerGrpcAsync(HttpResponse response)
    {
        response.ContentType = "application/grpc";
        await response.Body.WriteAsync(EmptyMessage, CancellationToken.None).ConfigureAwait(false);
        response.AppendTrailer("grpc-status", "0");
    }
}
