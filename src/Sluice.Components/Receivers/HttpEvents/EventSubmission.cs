using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Bodies;

namespace Sluice.Components.Receivers.HttpEvents;

/// <summary>The way of records into the journal.</summary>
internal static class EventSubmission
{
    /// <summary>Takes records in; completes when they are durable or refused.</summary>
    /// <param name="context">What the runtime gives the receiver.</param>
    /// <param name="intake">Where they go.</param>
    /// <param name="records">The export request with them; empty afterwards.</param>
    /// <param name="lease">The account of the request.</param>
    /// <param name="charged">Bytes that it was charged for the records.</param>
    /// <param name="origin">Where the request came from.</param>
    /// <param name="puts">What is durable together with them.</param>
    public static async ValueTask<EventAnswer> SubmitAsync(
        ComponentContext context, IIntake intake, PooledBufferWriter records, BudgetLease lease, int charged, RequestContext origin, TablePut[] puts)
    {
        var length = records.Length;
        var buffer = records.Detach();
        var (_, batch, offset) = OtlpIndexer.Index(Signal.Logs, buffer, 0, length, context.Pool, IndexLimits.Default);
        if (batch is null)
        {
            buffer.Dispose();
            return EventAnswer.TooLarge($"more than {IndexLimits.Default.MaxRecords} events in one request (at byte {offset} of its records); send fewer at once");
        }

        if (batch.Rejections.Records > 0)
        {
            var first = batch.Rejections.FirstIndex;
            batch.Dispose();
            return EventAnswer.BadData($"[{first}]: values nested deeper than {IndexLimits.Default.MaxDepth} levels");
        }

        if (!lease.TryExtendTo(lease.Held - charged + batch.MemorySize))
        {
            batch.Dispose();
            return EventAnswer.OverBudget;
        }

        return EventAnswer.Of(await intake.SubmitAsync(batch, origin, puts));
    }
}
