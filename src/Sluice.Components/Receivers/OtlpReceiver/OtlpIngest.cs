using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Transport.Bodies;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>What both protocols do with a request once its body is in memory: index it, hand it to the intake, and say what to answer.</summary>
internal sealed class OtlpIngest(ComponentContext context, IIntake intake)
{
    private const int LargestJsonGrowth = 4;

    private readonly OtlpReceiverMetrics _metrics = new(context);
    private readonly string _receiver = context.Id.ToString();
    private volatile bool _closed;

    /// <summary>Where bodies are rented.</summary>
    public BufferPool Buffers => context.Pool.Buffers;

    /// <summary>Refuses requests from now on, so that connections that are kept alive get an answer while the receiver stops.</summary>
    public void Close() => _closed = true;

    /// <summary>Opens the account of one request; disposed after its answer.</summary>
    public BudgetLease OpenLease() => new(context.IntakeBudget);

    /// <summary>Why the request is refused before its body is read; null when it is not.</summary>
    public OtlpAnswer? Screen(Signal signal)
    {
        if (_closed)
        {
            return OtlpAnswer.ShuttingDown;
        }

        return intake.Accepts(signal) ? null : OtlpAnswer.NotServed(_receiver, signal);
    }

    /// <summary>Counts an answer. Refusals that the intake does not know of are counted there too.</summary>
    public void Count(Signal signal, OtlpTransport transport, in OtlpAnswer answer)
    {
        _metrics.CountAnswer(signal, transport, answer.Outcome);
        if (answer.Reason.Length > 0)
        {
            intake.CountRefused(signal, answer.Reason);
        }
    }

    /// <summary>Indexes the body of a request.</summary>
    /// <param name="signal">What it holds.</param>
    /// <param name="transport">How it came; JSON is transcoded first.</param>
    /// <param name="body">Holds it from the start; consumed, whatever the outcome.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="maxSize">Bytes that transcoded JSON may take.</param>
    /// <param name="lease">The request's account, charged with the body.</param>
    /// <param name="batch">Its records, for <see cref="SubmitAsync"/>; null when it is refused.</param>
    /// <returns>Why it is refused; null when it is not.</returns>
    public OtlpAnswer? Index(
        Signal signal, OtlpTransport transport, PooledBuffer body, int length, int maxSize, BudgetLease lease, out EnvelopeBatch? batch)
    {
        batch = null;
        _metrics.CountBody(signal, transport, length);
        if (transport == OtlpTransport.HttpJson && Transcode(signal, ref body, ref length, maxSize, lease) is { } refusal)
        {
            return refusal;
        }

        var (status, indexed, offset) = OtlpIndexer.Index(signal, body, 0, length, context.Pool, IndexLimits.Default);
        if (indexed is null)
        {
            body.Dispose();
            return status == IndexStatus.TooManyRecords
                ? new OtlpAnswer(OtlpOutcome.TooLarge, "too_large", $"more than {IndexLimits.Default.MaxRecords} records in one request; send smaller batches")
                : new OtlpAnswer(OtlpOutcome.BadData, "bad_data", $"not a valid {OtlpSignals.RequestOf(signal)}: malformed protobuf at byte {offset} of {length}");
        }

        // The tables of envelopes come on top of the body, which is charged already.
        if (!lease.TryExtendTo(indexed.MemorySize))
        {
            indexed.Dispose();
            return OtlpAnswer.OverBudget;
        }

        batch = indexed;
        return null;
    }

    /// <summary>Takes the records of a request in.</summary>
    /// <param name="batch">Consumed, whatever the outcome.</param>
    /// <param name="request">Where it came from.</param>
    public ValueTask<IntakeResult> SubmitAsync(EnvelopeBatch batch, RequestContext request) => intake.SubmitAsync(batch, request);

    /// <summary>Replaces JSON by its protobuf encoding. What that may take is charged before, and corrected to what it took.</summary>
    private OtlpAnswer? Transcode(Signal signal, ref PooledBuffer body, ref int length, int maxSize, BudgetLease lease)
    {
        using var json = body;
        var jsonCapacity = json.Capacity;
        var expected = BufferPool.CapacityFor((int)Math.Min((long)length * LargestJsonGrowth, maxSize));
        if (!lease.TryExtend(expected))
        {
            return OtlpAnswer.OverBudget;
        }

        using var output = new PooledBufferWriter(Buffers, "OTLP from JSON");
        if (!OtlpJsonReader.TryRead(signal, json.Array.AsSpan(0, length), output, maxSize, out var error))
        {
            return new OtlpAnswer(OtlpOutcome.BadData, "bad_data", $"not a valid {OtlpSignals.RequestOf(signal)} in JSON: {error}");
        }

        length = output.Length;
        body = output.Detach();
        lease.Release(jsonCapacity);
        if (body.Capacity <= expected)
        {
            lease.Release(expected - body.Capacity);
            return null;
        }

        if (lease.TryExtend(body.Capacity - expected))
        {
            return null;
        }

        body.Dispose();
        return OtlpAnswer.OverBudget;
    }
}
