using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Components.Receivers.WebhookReceiver.Verification;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Transport.Authentication;
using Sluice.Transport.Bodies;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.WebhookReceiver.Http;

/// <summary>Answers requests. Nothing of a body is read as JSON before its sender has proved that it may come in.</summary>
internal sealed partial class WebhookHandler
{
    private static readonly SecretKeys NobodysSecrets = SecretKeys.Unknown();

    private readonly WebhookIngest _ingest;
    private readonly IIntake _intake;
    private readonly WebhookMetrics _metrics;
    private readonly RejectionEvents _rejections;
    private readonly FrozenDictionary<string, WebhookEndpoint> _endpoints;
    private readonly Verifier _decoy;
    private readonly IServerAuthenticator? _authenticator;
    private readonly RequestRateLimit? _limit;
    private readonly CorsPolicy? _cors;
    private readonly RequestOrigins _origins;
    private readonly TimeSpan _readTimeout;
    private readonly BodyLimits _limits;
    private readonly string _codings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public WebhookHandler(
        ComponentContext context, WebhookReceiverOptions options, IReadOnlyList<WebhookEndpoint> endpoints, WebhookIngest ingest, IIntake intake)
    {
        _ingest = ingest;
        _intake = intake;
        _metrics = new WebhookMetrics(context, endpoints);
        _rejections = new RejectionEvents(context, intake);
        _endpoints = endpoints.ToFrozenDictionary(endpoint => endpoint.Path, StringComparer.Ordinal);
        _decoy = new Verifier(Presets.For(new WebhookEndpointOptions()).Signatures, TimeSpan.FromMinutes(5), context.Time);
        _authenticator = options.Auth is { } auth ? context.Extensions.ServerAuthenticator(auth.Authenticator) : null;
        _limit = options.MaxRequestsPerSecond > 0 ? new RequestRateLimit(options.MaxRequestsPerSecond, context.Time) : null;
        _cors = CorsPolicy.Create(options.Cors);
        _origins = new RequestOrigins(
            context.Id.ToString(),
            options.IncludeMetadata,
            [.. _authenticator?.CredentialHeaders ?? [], .. endpoints.SelectMany(endpoint => endpoint.CredentialHeaders)]);
        _readTimeout = options.ReadTimeout;
        _limits = options.BodyLimits;
        _codings = ContentCodingNames.Format(_limits.Codings);
        _time = context.Time;
        _logger = context.Logger;
    }

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (_cors?.Apply(http) == true)
        {
            return;
        }

        var endpoint = _endpoints.GetValueOrDefault(http.Request.Path.Value ?? "");
        using var lease = _ingest.OpenLease();
        var answer = await AnswerAsync(http, endpoint, lease);
        _metrics.CountAnswer(endpoint?.Name ?? "", answer.Outcome);
        if (answer.Reason.Length > 0)
        {
            _intake.CountRefused(Signal.Logs, answer.Reason);
        }

        await WriteAsync(http, answer);
        if (RejectionEvents.IsWorthy(answer.Outcome))
        {
            // The answer is on its way: how long the journal takes is nothing that a forger should learn.
            await _rejections.ReportAsync(endpoint?.Name ?? "", answer, http.Features.Get<HttpConnection>()?.Peer, lease);
        }
    }

    private async ValueTask<WebhookAnswer> AnswerAsync(HttpContext http, WebhookEndpoint? endpoint, BudgetLease lease)
    {
        if (_ingest.IsClosed)
        {
            return WebhookAnswer.ShuttingDown;
        }

        if (_limit is not null && !_limit.TryTake())
        {
            return WebhookAnswer.Throttled;
        }

        var (refusal, subject) = await AuthenticateAsync(http);
        if (refusal is { } refused)
        {
            return refused;
        }

        if (!HttpMethods.IsPost(http.Request.Method))
        {
            return endpoint is null ? WebhookAnswer.NotFound : WebhookAnswer.MethodNotAllowed;
        }

        var type = BodyTypes.Parse(http.Request.ContentType);
        if (endpoint is not null && (type == BodyType.Unsupported || (type == BodyType.Form && !endpoint.TakesForms)))
        {
            return new(
                WebhookOutcome.UnsupportedMediaType,
                "media_type",
                $"the content type \"{http.Request.ContentType}\" is not taken here; send application/json, application/x-ndjson for JSON Lines{(endpoint.TakesForms ? ", or a form" : "")}");
        }

        var deadline = _readTimeout > TimeSpan.Zero ? new RequestDeadline(_time, _readTimeout) : default;
        var body = await RequestBodyReader.ReadAsync(http, _ingest.Buffers, _limits, lease, deadline);
        if (body.Status != BodyStatus.Ok)
        {
            return Refuse(http, body.Status);
        }

        using var buffer = body.Buffer!;
        var bytes = buffer.Array.AsMemory(0, body.Length);
        if (Verify(http, endpoint, bytes.Span) is { } unauthorized)
        {
            return unauthorized;
        }

        var origin = _origins.Of(http, subject);
        return type == BodyType.Form
            ? await TakeFormAsync(endpoint!, http, bytes, lease, origin)
            : await _ingest.TakeAsync(endpoint!, http, bytes, type == BodyType.JsonLines, lease, origin);
    }

    private async ValueTask<WebhookAnswer> TakeFormAsync(
        WebhookEndpoint endpoint, HttpContext http, ReadOnlyMemory<byte> form, BudgetLease lease, RequestContext origin)
    {
        // Decoded it is shorter; as JSON each field gets some quotes. What has to be escaped can take more, which is charged when it is known.
        var charged = BufferPool.CapacityFor((int)Math.Min(form.Length * 4L, BufferPool.MaximumSize));
        if (!lease.TryExtend(charged))
        {
            return WebhookAnswer.OverBudget;
        }

        using var json = new PooledBufferWriter(_ingest.Buffers, "form of a webhook");
        FormBody.WriteJson(form.Span, json);
        if (json.Capacity > charged && !lease.TryExtend(json.Capacity - charged))
        {
            return WebhookAnswer.OverBudget;
        }

        return await _ingest.TakeAsync(endpoint, http, json.WrittenMemory, isLines: false, lease, origin);
    }

    /// <summary>Checks who sent a request. Where nothing is at its path, it is checked all the same, against a secret that nobody has.</summary>
    private WebhookAnswer? Verify(HttpContext http, WebhookEndpoint? endpoint, ReadOnlySpan<byte> body)
    {
        if (endpoint is null)
        {
            _decoy.Verify(http.Request.Headers, body, NobodysSecrets);
            return WebhookAnswer.NotFound;
        }

        if (endpoint.Verifier is not { } verifier)
        {
            return null;
        }

        var (status, secret) = verifier.Verify(http.Request.Headers, body, endpoint.Secrets);
        switch (status)
        {
            case VerificationStatus.Valid:
                _metrics.CountVerified(endpoint.Name, secret);
                return null;
            case VerificationStatus.Missing:
                return WebhookAnswer.Unauthorized("signature_missing");
            case VerificationStatus.Stale:
                return WebhookAnswer.Unauthorized("signature_stale");
            default:
                return WebhookAnswer.Unauthorized("signature_wrong");
        }
    }

    private async ValueTask<(WebhookAnswer? Refusal, string? Subject)> AuthenticateAsync(HttpContext http)
    {
        if (_authenticator is null)
        {
            return (null, null);
        }

        try
        {
            var result = await _authenticator.AuthenticateAsync(HttpHeaderLookup.Of(http), CancellationToken.None);
            if (result.IsAuthenticated)
            {
                return (null, result.Subject);
            }

            http.Response.Headers.WWWAuthenticate = result.Challenge;
            return (WebhookAnswer.Unauthorized("unauthenticated"), null);
        }
        catch (Exception e)
        {
            LogUnchecked(e);
            return (new WebhookAnswer(WebhookOutcome.Unavailable, "auth_error", "the credentials cannot be checked now; send again later"), null);
        }
    }

    private WebhookAnswer Refuse(HttpContext http, BodyStatus status)
    {
        switch (status)
        {
            case BodyStatus.UnsupportedCoding:
                http.Response.Headers.AcceptEncoding = _codings;
                return new(
                    WebhookOutcome.UnsupportedMediaType, "content_coding", $"the content encoding \"{http.Request.Headers.ContentEncoding}\" is not taken here; use {_codings}");
            case BodyStatus.TooLarge:
                return WebhookAnswer.TooLarge($"the body is larger than {_limits.MaxSize} bytes (max_request_body_size)");
            case BodyStatus.OverBudget:
                return WebhookAnswer.OverBudget;
            case BodyStatus.Corrupt:
                return WebhookAnswer.BadData($"the body is not valid {http.Request.Headers.ContentEncoding} data: truncated or corrupt");
            case BodyStatus.Malformed:
                return WebhookAnswer.BadData("the HTTP framing of the body is broken");
            case BodyStatus.TimedOut:
                return WebhookAnswer.TimedOut;
            default:
                return WebhookAnswer.Aborted;
        }
    }

    private static Task WriteAsync(HttpContext http, in WebhookAnswer answer)
    {
        if (answer.Outcome == WebhookOutcome.Aborted)
        {
            // Whatever cut it off, a connection that is still there must not be told that all is well.
            http.Abort();
            return Task.CompletedTask;
        }

        var response = http.Response;
        response.StatusCode = answer.HttpStatus;
        if (answer.Outcome == WebhookOutcome.MethodNotAllowed)
        {
            response.Headers.Allow = "POST";
        }

        if (answer.Outcome is WebhookOutcome.Busy or WebhookOutcome.Unavailable)
        {
            RetryAfterHeader.Set(response, answer.RetryAfter);
        }

        if (answer.Message.Length == 0)
        {
            response.ContentLength = 0;
            return Task.CompletedTask;
        }

        var body = BodyOf(answer);
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }

    private static ReadOnlyMemory<byte> BodyOf(in WebhookAnswer answer)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString(answer.Outcome == WebhookOutcome.Handshake ? "challenge"u8 : "error"u8, answer.Message);
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The credentials of a sender could not be checked")]
    private partial void LogUnchecked(Exception exception);
}
