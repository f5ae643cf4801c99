using System.Text;
using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Bodies;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.HttpEvents;

/// <summary>
/// Makes events of refusals, so that attempts to forge are seen where everything else is. They say where, why and from whom, and nothing
/// that the sender chose. There are few of them however many requests come; the next one says how many were left out.
/// </summary>
/// <param name="context">What the runtime gives the receiver.</param>
/// <param name="intake">Where the events go.</param>
/// <param name="kind">The type of the receiver: what the names of the events and their attributes begin with.</param>
internal sealed class RejectionEvents(ComponentContext context, IIntake intake, string kind)
{
    /// <summary>Events per second, and at once after a pause.</summary>
    public const int MaxPerSecond = 10;

    private const int Warning = 13;

    private readonly byte[] _scope = Encoding.UTF8.GetBytes($"sluice/{kind}");
    private readonly byte[] _name = Encoding.UTF8.GetBytes($"sluice.{kind}.rejected");
    private readonly byte[] _endpointKey = Encoding.UTF8.GetBytes($"{kind}.endpoint");
    private readonly byte[] _reasonKey = Encoding.UTF8.GetBytes($"{kind}.rejection.reason");
    private readonly byte[] _leftOutKey = Encoding.UTF8.GetBytes($"{kind}.rejection.left_out");
    private readonly RequestRateLimit _limit = new(MaxPerSecond, context.Time);
    private readonly RequestContext _origin = new() { Receiver = context.Id.ToString() };
    private long _leftOut;

    /// <summary>Whether an answer is worth an event: what fails for want of room or time is not, since events need both.</summary>
    public static bool IsWorthy(EventOutcome outcome) => outcome
        is EventOutcome.BadData or EventOutcome.Unauthorized or EventOutcome.NotFound or EventOutcome.MethodNotAllowed
        or EventOutcome.UnsupportedMediaType or EventOutcome.TooLarge;

    /// <summary>Takes a refusal in as an event.</summary>
    /// <param name="endpoint">The name of the endpoint; empty where nothing is at the path, or endpoints have no names.</param>
    /// <param name="answer">What the request was answered.</param>
    /// <param name="peer">The address of its sender, when known.</param>
    /// <param name="lease">The account of the request.</param>
    public async ValueTask ReportAsync(string endpoint, EventAnswer answer, string? peer, BudgetLease lease)
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

    private EnvelopeBatch Write(string endpoint, in EventAnswer answer, string? peer, long leftOut)
    {
        using var output = new PooledBufferWriter(context.Pool.Buffers, "event of a refusal");
        var builder = new OtlpRequestBuilder(output);
        builder.BeginResource();
        builder.BeginScope(_scope);
        builder.BeginRecord();
        var now = (ulong)UnixTime.ToNano(context.Time.GetUtcNow());
        builder.Time(now);
        builder.ObservedTime(now);
        builder.Severity(Warning);
        builder.EventName(_name);
        if (endpoint.Length > 0)
        {
            builder.Attribute(_endpointKey, endpoint);
        }

        builder.Attribute(_reasonKey, answer.Reason.Length > 0 ? answer.Reason : "too_large");
        builder.Attribute("http.response.status_code"u8, answer.HttpStatus);
        if (peer is not null)
        {
            builder.Attribute("client.address"u8, peer);
        }

        if (leftOut > 0)
        {
            builder.Attribute(_leftOutKey, leftOut);
        }

        builder.EndRecord();
        builder.Finish();
        var length = output.Length;
        return OtlpIndexer.Index(Signal.Logs, output.Detach(), 0, length, context.Pool, IndexLimits.Default).Batch
            ?? throw new InvalidOperationException("The event of a refusal is not a valid request.");
    }
}
