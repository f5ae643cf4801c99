using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Transport.Bodies;
using Sluice.Transport.Grpc;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Rpc;

namespace Sluice.Components.Receivers.OtlpReceiver.Grpc;

/// <summary>OTLP/gRPC: the three <c>Export</c> methods.</summary>
internal sealed class OtlpGrpcService
{
    private readonly OtlpIngest _ingest;
    private readonly OtlpGate _gate;
    private readonly RequestOrigins _origins;
    private readonly int _maxSize;
    private readonly GrpcRouter _router;

    public OtlpGrpcService(OtlpIngest ingest, ComponentContext context, OtlpGrpcOptions options)
    {
        _ingest = ingest;
        _gate = new OtlpGate(context, options.Auth, options.MaxRequestsPerSecond);
        _origins = new RequestOrigins(context.Id.ToString(), options.IncludeMetadata, _gate.CredentialHeaders);
        _maxSize = options.MaxMessageSize;
        var methods = new Dictionary<string, GrpcUnaryMethod>();
        foreach (var signal in OtlpSignals.All)
        {
            methods[OtlpSignals.GrpcPathOf(signal)] = (http, deadline) => ExportAsync(signal, http, deadline);
        }

        _router = new GrpcRouter(methods, context.Time, context.Logger);
    }

    public Task HandleAsync(HttpContext context) => _router.HandleAsync(context);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GrpcReply> ExportAsync(Signal signal, HttpContext http, RequestDeadline deadline)
    {
        var admission = await _gate.AdmitAsync(http);
        if ((admission.Refusal ?? _ingest.Screen(signal)) is { } refusal)
        {
            return Answer(signal, refusal);
        }

        using var lease = _ingest.OpenLease();
        var message = await GrpcMessageReader.ReadAsync(http, _ingest.Buffers, _maxSize, lease, deadline);
        if (message.Buffer is null)
        {
            _ingest.Count(signal, OtlpTransport.Grpc, new OtlpAnswer(OutcomeOf(message.Status), ReasonOf(message.Status), ""));
            return GrpcReply.Failed(message.Status);
        }

        if (deadline.HasPassed)
        {
            // The sender has given up; what it will send again should not be stored twice.
            message.Buffer.Dispose();
            return Answer(signal, OtlpAnswer.TimedOut);
        }

        if (_ingest.Index(signal, OtlpTransport.Grpc, message.Buffer, message.Length, _maxSize, lease, out var batch) is { } bad)
        {
            return Answer(signal, bad);
        }

        return Answer(signal, OtlpAnswer.Of(await _ingest.SubmitAsync(batch!, _origins.Of(http, admission.Subject))));
    }

    private static OtlpOutcome OutcomeOf(in RpcStatus status) => status.Code switch
    {
        RpcCode.ResourceExhausted => status.RetryDelay is null ? OtlpOutcome.TooLarge : OtlpOutcome.Busy,
        RpcCode.DeadlineExceeded => OtlpOutcome.TimedOut,
        RpcCode.Cancelled => OtlpOutcome.Aborted,
        _ => OtlpOutcome.BadData,
    };

    private static string ReasonOf(in RpcStatus status) => OutcomeOf(status) switch
    {
        OtlpOutcome.TooLarge => "too_large",
        OtlpOutcome.Busy => "memory",
        OtlpOutcome.TimedOut => "timeout",
        OtlpOutcome.Aborted => "aborted",
        _ => "bad_data",
    };

    private GrpcReply Answer(Signal signal, in OtlpAnswer answer)
    {
        _ingest.Count(signal, OtlpTransport.Grpc, answer);
        if (answer.Outcome != OtlpOutcome.Accepted)
        {
            return GrpcReply.Failed(answer.Status);
        }

        return new GrpcReply(
            RpcStatus.Ok,
            answer.Rejections.Records == 0
                ? GrpcReply.EmptyFrame
                : GrpcReply.ToFrame(OtlpPartialSuccess.ToProtobuf(signal, answer.Rejections, _ingest.Buffers)));
    }
}
