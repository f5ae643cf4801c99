using Sluice.Buffers;
using Sluice.Components.Exporters.Otlp;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Transport.Grpc;
using Sluice.Transport.HttpClients;
using Sluice.Transport.Rpc;

namespace Sluice.Components.Exporters.OtlpGrpcExporter;

/// <summary>Sends batches as unary calls of gRPC. Keeps connections, and nothing else, between batches; thread-safe.</summary>
internal sealed class OtlpGrpcExporter(ComponentContext context, OtlpGrpcExporterOptions options) : IExporter
{
    private readonly Uri _server = options.ServerUri ?? throw new ArgumentException("The endpoint is not an address.", nameof(options));
    private readonly Uri[] _methods = [.. Enum.GetValues<Signal>().Select(signal => new Uri(options.ServerUri!, ExportSignals.MethodOf(signal)))];
    private readonly ExportVerdict _verdict = new(context.Logger, context.Time);
    private readonly string? _timeout = GrpcClient.FormatTimeout(options.Timeout);
    private readonly ClientCompression _compression = options.Compression == GrpcCompression.None ? ClientCompression.None : ClientCompression.Gzip;
    private HttpConnections? _connections;
    private GrpcClient? _client;

    public DeliveryOrder Order => DeliveryOrder.None;

    public ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        _connections = ExportClient.Connect(context, options.Tls, options.ConnectionSettings, _server);
        var authenticator = options.Auth is null ? null : context.Extensions.ClientAuthenticator(options.Auth.Authenticator);
        _client = new GrpcClient(_connections, options.CallHeaders, authenticator, _compression);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var client = _client ?? throw new InvalidOperationException("The exporter is not started.");
        var signal = batch.Segments[0].Batch.Signal;
        using var body = new ExportBody(context.Pool.Buffers, ExportEncoding.Proto, _compression, options.CompressionLevel);
        using var frame = new SegmentedContent(body.Compose(batch, GrpcReply.HeaderSize));
        GrpcClient.WriteHeader(body.Header, _compression != ClientCompression.None, checked((int)(frame.Length - GrpcReply.HeaderSize)));
        using var message = new PooledBufferWriter(context.Pool.Buffers, "answer to an export");
        try
        {
            var answer = await client.CallAsync(_methods[(int)signal], frame, batch.Values, _timeout, message, ExportClient.AnswerLimit, cancellationToken);
            return Judge(batch, signal, in answer, message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return DeliveryOutcome.Retry($"{options.Endpoint}: {ClientFailure.Describe(e, "tls: {insecure: true}")}");
        }
    }

    public ValueTask DisposeAsync()
    {
        _connections?.Dispose();
        return ValueTask.CompletedTask;
    }

    private DeliveryOutcome Judge(DeliveryBatch batch, Signal signal, in GrpcAnswer answer, PooledBufferWriter message)
    {
        if (answer is { IsBroken: false, Status.Code: RpcCode.Ok })
        {
            return ExportAnswer.TryReadProtobuf(message.WrittenSpan[GrpcReply.HeaderSize..], out var read)
                ? _verdict.Taken(batch, signal, read)
                : DeliveryOutcome.Retry($"{options.Endpoint} answered OK with a message that is no {ExportSignals.ResponseOf(signal)}");
        }

        var said = ExportAnswer.Shorten(answer.Status.Message);
        var what = answer.IsBroken ? "gave no answer of gRPC" : $"answered {answer.Status.Code}";
        return OtlpGrpcAnswers.Judge(in answer, $"{options.Endpoint} {what}" + (said.Length == 0 ? "" : ": " + said));
    }
}
