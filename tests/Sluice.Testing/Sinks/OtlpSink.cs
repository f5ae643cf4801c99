using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Sluice.Telemetry;

namespace Sluice.Testing.Sinks;

/// <summary>
/// A server that stands in for an OTLP backend, over HTTP and gRPC on ports of its own. It is strict about what it is sent, keeps it, and
/// answers as the test says. Thread-safe.
/// </summary>
public sealed class OtlpSink : IAsyncDisposable
{
    private static readonly string[] HttpPaths = ["/v1/logs", "/v1/traces", "/v1/metrics"];

    private static readonly string[] GrpcPaths =
    [
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    ];

    private readonly Lock _gate = new();
    private readonly List<SinkRequest> _requests = [];
    private readonly List<SinkRequest> _taken = [];
    private readonly List<string> _faults = [];
    private readonly WebApplication _app;
    private long _takenRecords;
    private volatile Func<SinkRequest, SinkAnswer> _answer = _ => SinkAnswer.Taken;

    private OtlpSink(WebApplication app, string scheme)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        HttpPort = new Uri(addresses[0]).Port;
        GrpcPort = new Uri(addresses[1]).Port;
        Http = $"{scheme}://localhost:{HttpPort}";
        Grpc = $"localhost:{GrpcPort}";
    }

    /// <summary>The address of HTTP/1.1, without a path.</summary>
    public string Http { get; }

    /// <summary>Host and port of gRPC.</summary>
    public string Grpc { get; }

    /// <summary>The port of HTTP/1.1.</summary>
    public int HttpPort { get; }

    /// <summary>The port of gRPC.</summary>
    public int GrpcPort { get; }

    /// <summary>Whether requests may come without a Content-Length, as the .NET SDK sends compressed ones.</summary>
    public bool MayBeChunked { get; set; }

    /// <summary>Decides about requests from now on.</summary>
    public void AnswerWith(Func<SinkRequest, SinkAnswer> answer) => _answer = answer;

    /// <summary>Every request that was read, in the order of arrival.</summary>
    public IReadOnlyList<SinkRequest> Requests => Locked(() => _requests.ToArray());

    /// <summary>The names of all records in requests that were taken.</summary>
    public IReadOnlyList<string> Names => Locked(() => _taken.SelectMany(request => request.Names).ToArray());

    /// <summary>Requests that were taken.</summary>
    public int TakenRequests => Locked(() => _taken.Count);

    /// <summary>Records in requests that were taken.</summary>
    public long TakenRecords => Interlocked.Read(ref _takenRecords);

    /// <summary>Listens on free ports, or on given ones.</summary>
    /// <param name="certificate">To speak TLS with; null for none.</param>
    /// <param name="clients">Who must have signed the certificate that a client shows; null for no such demand.</param>
    /// <param name="httpPort">The port of HTTP.</param>
    /// <param name="grpcPort">The port of gRPC.</param>
    public static async Task<OtlpSink> StartAsync(
        X509Certificate2? certificate = null, X509Certificate2? clients = null, int httpPort = 0, int grpcPort = 0)
    {
        OtlpSink? sink = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, httpPort, listen => Configure(listen, HttpProtocols.Http1));
            kestrel.Listen(IPAddress.Loopback, grpcPort, listen => Configure(listen, HttpProtocols.Http2));
        });
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var app = builder.Build();
        app.Run(context => sink!.ServeAsync(context));
        await app.StartAsync();
        return sink = new OtlpSink(app, certificate is null ? "http" : "https");

        void Configure(ListenOptions listen, HttpProtocols protocols)
        {
            listen.Protocols = protocols;
            if (certificate is not null)
            {
                listen.UseHttps(certificate, https =>
                {
                    https.ClientCertificateMode = clients is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (shown, _, _) => TestAuthority.IsSignedBy(shown, clients!);
                });
            }
        }
    }

    /// <summary>Cuts everything off, and fails when a request was not as it should be.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        Xunit.Assert.Empty(Locked(() => _faults.ToArray()));
    }

    private async Task ServeAsync(HttpContext context)
    {
        var isGrpc = SinkAnswer.IsGrpc(context);
        var signal = Array.IndexOf(isGrpc ? GrpcPaths : HttpPaths, context.Request.Path.Value);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        SinkRequest request;
        try
        {
            Demand(signal >= 0, $"the path is {context.Request.Path}");
            Demand(context.Request.Method == "POST", $"the method is {context.Request.Method}");
            Demand(headers.ContainsKey("user-agent"), "there is no user-agent");
            Demand(context.Request.ContentLength == body.Length || (MayBeChunked && context.Request.ContentLength is null), $"{body.Length} bytes came of {context.Request.ContentLength}");
            var message = isGrpc ? Unframe(headers, body.ToArray()) : Inflate(headers.GetValueOrDefault("content-encoding"), body.ToArray());
            var isJson = headers["content-type"] == "application/json";
            Demand(isGrpc || isJson || headers["content-type"] == "application/x-protobuf", $"the content type is {headers["content-type"]}");
            request = new SinkRequest(
                (Signal)signal, isGrpc, headers, message, isJson ? [] : NamesOf((Signal)signal, message), context.Connection.Id, context.Connection.ClientCertificate?.Subject ?? "");
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                _faults.Add(e.Message);
            }

            context.Response.StatusCode = 400;
            return;
        }

        Locked(() => Add(_requests, request));
        var answer = _answer(request);
        await answer.WriteAsync(context);
        if (answer.IsTaken)
        {
            Locked(() => Add(_taken, request));
            Interlocked.Add(ref _takenRecords, request.Names.Count);
        }
    }

    private static byte[] Unframe(Dictionary<string, string> headers, byte[] frame)
    {
        Demand(headers.GetValueOrDefault("te") == "trailers", "te: trailers is missing");
        Demand(headers["content-type"] == "application/grpc", $"the content type is {headers["content-type"]}");
        Demand(BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(1)) == frame.Length - 5, "the frame is not as long as it says");
        var encoding = headers.GetValueOrDefault("grpc-encoding");
        Demand(frame[0] == (encoding is null ? 0 : 1), $"the flag is {frame[0]} with the encoding {encoding}");
        return Inflate(encoding, frame[5..]);
    }

    private static byte[] Inflate(string? coding, byte[] body)
    {
        if (coding is null)
        {
            return body;
        }

        using var source = new MemoryStream(body);
        using Stream inflater = coding switch
        {
            "gzip" => new GZipStream(source, CompressionMode.Decompress),
            "deflate" => new ZLibStream(source, CompressionMode.Decompress),
            _ => throw new InvalidDataException($"the coding is {coding}"),
        };
        using var message = new MemoryStream();
        inflater.CopyTo(message);
        return message.ToArray();
    }

    private static IReadOnlyList<string> NamesOf(Signal signal, byte[] message) => signal switch
    {
        Signal.Logs => [.. ExportLogsServiceRequest.Parser.ParseFrom(message).ResourceLogs.SelectMany(resource => resource.ScopeLogs)
            .SelectMany(scope => scope.LogRecords).Select(log => log.Body?.StringValue ?? "")],
        Signal.Traces => [.. ExportTraceServiceRequest.Parser.ParseFrom(message).ResourceSpans.SelectMany(resource => resource.ScopeSpans)
            .SelectMany(scope => scope.Spans).Select(span => span.Name)],
        _ => [.. ExportMetricsServiceRequest.Parser.ParseFrom(message).ResourceMetrics.SelectMany(resource => resource.ScopeMetrics)
            .SelectMany(scope => scope.Metrics).Select(metric => metric.Name)],
    };

    private static void Demand(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    private static int Add(List<SinkRequest> list, SinkRequest request)
    {
        list.Add(request);
        return list.Count;
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
