using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Bodies;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>
/// Makes events of refusals, so that attempts to forge are seen where everything else is. They say where, why and from whom, and nothing
/// that the sender chose. There are few of them however many requests come; the next one says how many were left out.
/// </summary>
internal sealed class RejectionEvents(ComponentContext context, IIntake intake)
{
    /// <summary>Events per second, and at once after a pause.</summary>
    public const int MaxPerSecond = 10;

    private const int Warning = 13;

    private readonly RequestRateLimit _limit = new(MaxPerSecond, context.Time);
    private readonly RequestContext _origin = new() { Receiver = context.Id.ToString() };
    private long _leftOut;

    /// <summary>Whether an answer is worth an event: what fails for want of room or time is not, since events need both.</summary>
    public static bool IsWorthy(WebhookOutcome outcome) => outcome
        is WebhookOutcome.BadData or WebhookOutcome.Unauthorized or WebhookOutcome.NotFound or WebhookOutcome.MethodNotAllowed
        or WebhookOutcome.UnsupportedMediaType or WebhookOutcome.TooLarge;

    /// <summary>Takes a refusal in as an event.</summary>
    /// <param name="endpoint">The name of the endpoint; empty where nothing is at the path.</param>
    /// <param name="answer">What the request was answered.</param>
    /// <param name="peer">The address of its sender, when known.</param>
    /// <param name="lease">The account of the request.</param>
    public async ValueTask ReportAsync(string endpoint, WebhookAnswer answer, string? peer, BudgetLease lease)
    {
        if (!_limit.TryTake() || !lease.TryExtend(BufferPool.MinimumSize))
        {
            Interlocked.Increment(ref _leftOut);
            return;
        }

        var leftOut = Interlocked.Exchange(ref _leftOut, 0);
        var result = await intake.SubmitAsync(Write(endpoint, answer, peer, leftOut), _origin);
        if (result.Status != IntakeStatus.Accepted)
        {
            Interlocked.Add(ref _leftOut, leftOut + 1);
        }
    }

    private EnvelopeBatch Write(string endpoint, in WebhookAnswer answer, string? peer, long leftOut)
    {
        using var output = new PooledBufferWriter(context.Pool.Buffers, "rejection of a webhook");
        var builder = new OtlpRequestBuilder(output);
        builder.BeginResource();
        builder.BeginScope("sluice/webhook"u8);
        builder.BeginRecord();
        var now = (ulong)UnixTime.ToNano(context.Time.GetUtcNow());
        builder.Time(now);
        builder.ObservedTime(now);
        builder.Severity(Warning);
        builder.EventName("sluice.webhook.rejected"u8);
        if (endpoint.Length > 0)
        {
            builder.Attribute("webhook.endpoint"u8, endpoint);
        }

        builder.Attribute("webhook.rejection.reason"u8, answer.Reason.Length > 0 ? answer.Reason : "too_large");
        builder.Attribute("http.response.status_code"u8, answer.HttpStatus);
        if (peer is not null)
        {
            builder.Attribute("client.address"u8, peer);
        }

        if (leftOut > 0)
        {
            builder.Attribute("webhook.rejection.left_out"u8, leftOut);
        }

        builder.EndRecord();
        builder.Finish();
        var length = output.Length;
        return OtlpIndexer.Index(Signal.Logs, output.Detach(), 0, length, context.Pool, IndexLimits.Default).Batch
            ?? throw new InvalidOperationException("The event of a refusal is not a valid request.");
    }
}
