using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Transport.Bodies;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Rpc;

namespace Sluice.Components.Receivers.OtlpReceiver.Http;

/// <summary>
/// OTLP/HTTP as the OTLP specification 1 has it: protobuf and JSON, the answer in the encoding of the request, errors as
/// <c>google.rpc.Status</c>.
/// </summary>
internal sealed class OtlpHttpHandler
{
    private readonly OtlpIngest _ingest;
    private readonly OtlpGate _gate;
    private readonly CorsPolicy? _cors;
    private readonly RequestOrigins _origins;
    private readonly TimeSpan _readTimeout;
    private readonly BodyLimits _limits;
    private readonly TimeProvider _time;
    private readonly FrozenDictionary<string, Signal> _paths;
    private readonly string _codings;

    public OtlpHttpHandler(OtlpIngest ingest, ComponentContext context, OtlpHttpOptions options)
    {
        _ingest = ingest;
        _gate = new OtlpGate(context, options.Auth, options.MaxRequestsPerSecond);
        _cors = CorsPolicy.Create(options.Cors);
        _origins = new RequestOrigins(context.Id.ToString(), options.IncludeMetadata, _gate.CredentialHeaders);
        _readTimeout = options.ReadTimeout;
        _limits = options.BodyLimits;
        _time = context.Time;
        _codings = ContentCodingNames.Format(_limits.Codings);
        _paths = new Dictionary<string, Signal>
        {
            [options.LogsUrlPath] = Signal.Logs,
            [options.TracesUrlPath] = Signal.Traces,
            [options.MetricsUrlPath] = Signal.Metrics,
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (_cors?.Apply(context) == true)
        {
            return Task.CompletedTask;
        }

        var admission = _gate.AdmitAsync(context);
        return admission.IsCompletedSuccessfully ? Admit(context, admission.Result) : WaitAsync(context, admission);
    }

    private async Task WaitAsync(HttpContext context, ValueTask<OtlpAdmission> admission) => await Admit(context, await admission);

    private Task Admit(HttpContext context, in OtlpAdmission admission) =>
        admission.Refusal is { } refusal ? TurnAway(context, refusal) : Route(context, admission.Subject);

    /// <summary>Answers who may not come in; what is behind the paths is not told.</summary>
    private Task TurnAway(HttpContext context, in OtlpAnswer refusal)
    {
        var encoding = OtlpHttpResponse.EncodingOf(context.Request.ContentType) ?? OtlpTransport.HttpJson;
        if (_paths.TryGetValue(context.Request.Path.Value ?? "", out var signal))
        {
            _ingest.Count(signal, encoding, refusal);
        }

        return OtlpHttpResponse.WriteErrorAsync(context, encoding, refusal.HttpStatus, refusal.Status);
    }

    private Task Route(HttpContext context, string? subject)
    {
        var encoding = OtlpHttpResponse.EncodingOf(context.Request.ContentType);
        if (!_paths.TryGetValue(context.Request.Path.Value ?? "", out var signal))
        {
            return Refuse(context, encoding, StatusCodes.Status404NotFound, RpcCode.Unimplemented, $"nothing is here; OTLP is taken at {string.Join(", ", _paths.Keys)}");
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST";
            return Refuse(context, encoding, StatusCodes.Status405MethodNotAllowed, RpcCode.Unimplemented, "OTLP is sent with POST");
        }

        if (encoding is not { } transport)
        {
            return Refuse(
                context,
                null,
                StatusCodes.Status415UnsupportedMediaType,
                RpcCode.InvalidArgument,
                $"the content type \"{context.Request.ContentType}\" is not supported; use application/x-protobuf or application/json");
        }

        return ExportAsync(context, signal, transport, subject);
    }

    /// <summary>Reads the body, takes it in, and answers. One method, because each that waits costs memory for its state.</summary>
    private async Task ExportAsync(HttpContext context, Signal signal, OtlpTransport transport, string? subject)
    {
        using var lease = _ingest.OpenLease();
        if (_ingest.Screen(signal) is { } refusal)
        {
            await AnswerAsync(context, signal, transport, refusal);
            return;
        }

        var deadline = _readTimeout > TimeSpan.Zero ? new RequestDeadline(_time, _readTimeout) : default;
        var body = await RequestBodyReader.ReadAsync(context, _ingest.Buffers, _limits, lease, deadline);
        if (body.Status == BodyStatus.UnsupportedCoding)
        {
            await RefuseCodingAsync(context, signal, transport);
        }
        else if (body.Status != BodyStatus.Ok)
        {
            await AnswerAsync(context, signal, transport, AnswerTo(context, body.Status));
        }
        else if (_ingest.Index(signal, transport, body.Buffer!, body.Length, _limits.MaxSize, lease, out var batch) is { } bad)
        {
            await AnswerAsync(context, signal, transport, bad);
        }
        else
        {
            var result = await _ingest.SubmitAsync(batch!, _origins.Of(context, subject));
            await AnswerAsync(context, signal, transport, OtlpAnswer.Of(result));
        }
    }

    private Task AnswerAsync(HttpContext context, Signal signal, OtlpTransport transport, in OtlpAnswer answer)
    {
        _ingest.Count(signal, transport, answer);
        if (answer.Outcome != OtlpOutcome.Aborted)
        {
            return OtlpHttpResponse.WriteAsync(context, signal, transport, answer, _ingest.Buffers);
        }

        // Whatever cut it off, a connection that is still there must not be told 200.
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>The answer to a body that could not be read.</summary>
    private OtlpAnswer AnswerTo(HttpContext context, BodyStatus status) => status switch
    {
        BodyStatus.TooLarge => new OtlpAnswer(
            OtlpOutcome.TooLarge, "too_large", $"the body is larger than {_limits.MaxSize} bytes (max_request_body_size), as sent or inflated"),
        BodyStatus.OverBudget => OtlpAnswer.OverBudget,
        BodyStatus.Corrupt => new OtlpAnswer(
            OtlpOutcome.BadData, "bad_data", $"the body is not valid {context.Request.Headers.ContentEncoding} data: truncated or corrupt"),
        BodyStatus.Malformed => new OtlpAnswer(OtlpOutcome.BadData, "bad_data", "the HTTP framing of the body is broken"),
        BodyStatus.TimedOut => OtlpAnswer.TimedOut,
        _ => OtlpAnswer.Aborted,
    };

    private Task RefuseCodingAsync(HttpContext context, Signal signal, OtlpTransport transport)
    {
        _ingest.Count(signal, transport, new OtlpAnswer(OtlpOutcome.BadData, "bad_data", ""));
        context.Response.Headers.AcceptEncoding = _codings;
        return Refuse(
            context,
            transport,
            StatusCodes.Status415UnsupportedMediaType,
            RpcCode.InvalidArgument,
            $"the content encoding \"{context.Request.Headers.ContentEncoding}\" is not supported; use {_codings}");
    }

    private static Task Refuse(HttpContext context, OtlpTransport? encoding, int status, RpcCode code, string message) =>
        OtlpHttpResponse.WriteErrorAsync(context, encoding ?? OtlpTransport.HttpJson, status, new RpcStatus(code, message));
}
