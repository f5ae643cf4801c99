using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Runtime.Intake;

/// <summary>The intake of one receiver: every request goes through all pipelines of its signal and is committed as one group.</summary>
public sealed partial class ReceiverIntake : IIntake
{
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(1);

    private readonly IJournal _journal;
    private readonly TelemetryPool _pool;
    private readonly ByteBudget _budget;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IntakeMetrics _metrics;
    private readonly IntakePipeline[][] _pipelines = new IntakePipeline[3][];

    /// <summary>Creates the intake of a receiver that stands in <paramref name="pipelines"/>.</summary>
    public ReceiverIntake(
        IReadOnlyList<IntakePipeline> pipelines,
        IJournal journal,
        TelemetryPool pool,
        ByteBudget budget,
        TimeProvider time,
        ILogger logger,
        IntakeMetrics metrics)
    {
        _journal = journal;
        _pool = pool;
        _budget = budget;
        _time = time;
        _logger = logger;
        _metrics = metrics;
        for (var signal = 0; signal < _pipelines.Length; signal++)
        {
            _pipelines[signal] = [.. pipelines.Where(pipeline => (int)pipeline.Signal.ToSignal() == signal)];
        }
    }

    /// <inheritdoc/>
    public bool Accepts(Signal signal) => _pipelines[(int)signal].Length > 0;

    /// <inheritdoc/>
    public void CountRefused(Signal signal, string reason) => _metrics.CountRefusedRequest(signal, reason);

    /// <inheritdoc/>
    public ValueTask<IntakeResult> SubmitAsync(EnvelopeBatch batch, RequestContext context)
    {
        var signal = batch.Signal;
        var records = batch.Count;
        var rejections = batch.Rejections;
        long reserved = 0;
        JournalGroup? group = null;
        try
        {
            var pipelines = _pipelines[(int)signal];

            // Each pipeline writes its own copy into the group; edits can make it longer, which is charged when it is known.
            if (!TryReserve((long)batch.Payload.Length * pipelines.Length, ref reserved))
            {
                return Busy(signal);
            }

            group = _journal.CreateGroup();
            group.ReceivedUnixNano = UnixNano(_time.GetUtcNow());
            group.SetContext(context.Encoded);
            long viewBytes = 0;
            foreach (var pipeline in pipelines)
            {
                viewBytes += pipeline.Append(batch, context, group, _pool);
            }

            if (!TryReserve(Math.Max(0, group.Length + viewBytes - reserved), ref reserved))
            {
                return Busy(signal);
            }

            var handedOver = group;
            group = null;
            var charged = reserved;
            reserved = 0;
            return CommitAsync(handedOver, signal, records, rejections, charged);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogProcessorFailed(exception, signal);
            CountRefused(signal, "processor_error");
            return ValueTask.FromResult(new IntakeResult(IntakeStatus.Failed, default, BusyRetryAfter, "a processor failed; the log has the details"));
        }
        finally
        {
            group?.Dispose();
            _budget.Release(reserved);
            batch.Dispose();
        }
    }

    private async ValueTask<IntakeResult> CommitAsync(
        JournalGroup group, Signal signal, int records, RecordRejections rejections, long charged)
    {
        CommitResult result;
        try
        {
            result = await _journal.CommitAsync(group).ConfigureAwait(false);
        }
        finally
        {
            _budget.Release(charged);
        }

        switch (result.Status)
        {
            case CommitStatus.Committed:
                _metrics.CountAccepted(signal, records, rejections.Records);
                return IntakeResult.Accepted(rejections);
            case CommitStatus.Full:
                CountRefused(signal, "journal_full");
                return new IntakeResult(IntakeStatus.Busy, default, result.RetryAfter, result.Reason);
            case CommitStatus.TooLarge:
                CountRefused(signal, "too_large");
                return new IntakeResult(IntakeStatus.TooLarge, default, default, result.Reason);
            case CommitStatus.Closed:
                CountRefused(signal, "shutting_down");
                return new IntakeResult(IntakeStatus.Closed, default, BusyRetryAfter, "shutting down");
            case CommitStatus.Failed:
                CountRefused(signal, "journal_error");
                return new IntakeResult(IntakeStatus.Failed, default, BusyRetryAfter, result.Reason);
            default:
                throw new UnreachableException();
        }
    }

    private ValueTask<IntakeResult> Busy(Signal signal)
    {
        CountRefused(signal, "memory");
        return ValueTask.FromResult(new IntakeResult(
            IntakeStatus.Busy, default, BusyRetryAfter, $"the memory for requests in flight ({_budget.Limit} bytes) is in use"));
    }

    private bool TryReserve(long bytes, ref long reserved)
    {
        if (!_budget.TryReserve(bytes))
        {
            return false;
        }

        reserved += bytes;
        return true;
    }

    private static long UnixNano(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    [LoggerMessage(Level = LogLevel.Error, Message = "A processor failed on a request with {Signal}; the request was refused and may be repeated")]
    private partial void LogProcessorFailed(Exception exception, Signal signal);
}
