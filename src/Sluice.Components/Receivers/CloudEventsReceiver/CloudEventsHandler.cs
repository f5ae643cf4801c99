using Microsoft.AspNetCore.Http;
using Sluice.Components.Receivers.HttpEvents;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Transport.Bodies;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.CloudEventsReceiver;

/// <summary>Answers requests.</summary>
internal sealed class CloudEventsHandler
{
    private readonly CloudEventsIngest _ingest;
    private readonly IIntake _intake;
    private readonly string _path;
    private readonly WebHookHandshake _handshake;
    private readonly EventGate _gate;
    private readonly EventBodyReader _bodies;
    private readonly CorsPolicy? _cors;
    private readonly RequestOrigins _origins;
    private readonly RejectionEvents _rejections;

    public CloudEventsHandler(ComponentContext context, CloudEventsReceiverOptions options, CloudEventsIngest ingest, IIntake intake)
    {
        _ingest = ingest;
        _intake = intake;
        _path = options.Path;
        _handshake = new WebHookHandshake(options.AllowedOrigins, options.MaxRequestsPerSecond);
        _gate = new EventGate(context, options);
        _bodies = new EventBodyReader(options, context.Pool.Buffers, context.Time);
        _cors = CorsPolicy.Create(options.Cors);
        _origins = new RequestOrigins(context.Id.ToString(), options.IncludeMetadata, [.. _gate.CredentialHeaders]);
        _rejections = new RejectionEvents(context, intake, "cloudevents");
    }

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (_cors?.Apply(http) == true)
        {
            return;
        }

        using var lease = _ingest.OpenLease();
        var (mode, answer) = await AnswerAsync(http, lease);
        _ingest.Metrics.CountAnswer(mode, answer.Outcome);
        if (answer.Reason.Length > 0)
        {
            _intake.CountRefused(Signal.Logs, answer.Reason);
        }

        await EventResponse.WriteAsync(http, answer, WebHookHandshake.Allow);
        if (RejectionEvents.IsWorthy(answer.Outcome))
        {
            await _rejections.ReportAsync("", answer, http.Features.Get<HttpConnection>()?.Peer, lease);
        }
    }

    private async ValueTask<(ContentMode Mode, EventAnswer Answer)> AnswerAsync(HttpContext http, BudgetLease lease)
    {
        if (_ingest.IsClosed)
        {
            return (default, EventAnswer.ShuttingDown);
        }

        if (!_gate.HasRoom())
        {
            return (default, EventAnswer.Throttled);
        }

        // Who asks whether he may send has no credentials yet (Web Hooks, 4).
        var isHere = http.Request.Path.Value == _path;
        if (isHere && HttpMethods.IsOptions(http.Request.Method))
        {
            return (default, _handshake.Answer(http));
        }

        var (refusal, subject) = await _gate.AuthenticateAsync(http);
        if (refusal is { } refused)
        {
            return (default, refused);
        }

        if (!isHere)
        {
            return (default, EventAnswer.NotFound);
        }

        if (!HttpMethods.IsPost(http.Request.Method))
        {
            return (default, EventAnswer.MethodNotAllowed);
        }

        var mode = ContentModes.Of(http.Request);
        if (mode == ContentMode.Unsupported)
        {
            return (mode, new(
                EventOutcome.UnsupportedMediaType,
                "media_type",
                $"a request with the content type \"{http.Request.ContentType}\" and no ce- headers is not taken here; send application/cloudevents+json or "
                + "application/cloudevents-batch+json in UTF-8, or the attributes as ce- headers"));
        }

        var (wrong, body) = await _bodies.ReadAsync(http, lease);
        if (wrong is { } problem)
        {
            return (mode, problem);
        }

        using var buffer = body.Buffer!;
        return (mode, await _ingest.TakeAsync(mode, http, buffer.Array.AsMemory(0, body.Length), lease, _origins.Of(http, subject)));
    }
}
