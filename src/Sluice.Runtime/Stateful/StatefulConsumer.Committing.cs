using Microsoft.Extensions.Logging;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Runtime.Intake;
using Sluice.Runtime.Ledger;
using Sluice.Telemetry;

namespace Sluice.Runtime.Stateful;

/// <content>What is written goes into the journal with the cursor.</content>
public sealed partial class StatefulConsumer
{
    /// <summary>Has the connector write, and commits that with the cursor, however long it takes.</summary>
    /// <param name="emitUnixNano">When what was gathered is given out; null to save the state only.</param>
    /// <param name="reachedUnixNano">The time that is reached: steps up to it, in which nothing came, are passed over with that.</param>
    /// <param name="cancellationToken">Ends it, with nothing of the cursor moved.</param>
    /// <returns>False when the journal is closed.</returns>
    private async ValueTask<bool> CommitAsync(long? emitUnixNano, long reachedUnixNano, CancellationToken cancellationToken)
    {
        _output.Begin(_position, emitUnixNano);
        _connector.Write(_output);
        if (emitUnixNano is { } emitted)
        {
            _schedule.Advance(Math.Max(emitted, reachedUnixNano));
            _hasMore = false;
        }

        for (var i = 0; i < _output.Parts.Count - 1; i++)
        {
            if (!await CommitPartAsync(_output.Parts[i], isLast: false, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        if ((_hasRead || !_output.IsEmpty) && !await CommitPartAsync(_output.IsEmpty ? null : _output.Parts[^1], isLast: true, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        _output.Clear();
        _hasRead = false;
        _readBytes = 0;
        foreach (var source in _sources.Values)
        {
            source.Consumed = source.Corrupt = 0;
        }

        return true;
    }

    private async ValueTask<bool> CommitPartAsync(StatefulPart? part, bool isLast, CancellationToken cancellationToken)
    {
        string? told = null;
        for (var delay = MinRetryDelay; ; delay = 2 * delay < MaxRetryDelay ? 2 * delay : MaxRetryDelay)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string problem;
            if (TryBuild(part, isLast, out var group, out var failure))
            {
                var result = await _journal.CommitAsync(group, CommitKind.Internal).ConfigureAwait(false);
                if (result.Committed)
                {
                    _health.Set(HealthState.Healthy);
                    return true;
                }

                if (result.Status == CommitStatus.Closed)
                {
                    return false;
                }

                problem = $"the journal does not take what it gives out ({result.Status}: {result.Reason}); it tries again";
                if (problem != told)
                {
                    LogRefused(Id, result.Status, result.Reason);
                }
            }
            else
            {
                problem = $"a processor of pipeline {failure.Pipeline} fails on what it gives out ({failure.Error.Message}); the log has the details";
                if (problem != told)
                {
                    LogProcessorFailed(failure.Error, Id, failure.Pipeline);
                }
            }

            told = problem;
            _health.Set(HealthState.Degraded, problem);
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool TryBuild(StatefulPart? part, bool isLast, out JournalGroup group, out (string? Pipeline, Exception Error) failure)
    {
        group = _journal.CreateGroup();
        group.ReceivedUnixNano = _time.GetUnixNano();
        group.SetContext(_context.Encoded);
        failure = default;
        if (part is not null)
        {
            var run = new IntakeRun(group, _context, _pool);
            try
            {
                foreach (var request in part.Requests)
                {
                    Append(request, ref run);
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failure = (run.Pipeline, exception);
                group.Dispose();
                return false;
            }

            part.Changes.WriteTo(group);
        }

        if (isLast)
        {
            Settle(group);
        }

        return true;
    }

    /// <summary>Hands a request to the pipelines of its signal, which process it as those of receivers.</summary>
    private void Append(EnvelopeBatch request, ref IntakeRun run)
    {
        for (var i = 0; i < _targets.Length; i++)
        {
            if (_targets[i].Signal.ToSignal() == request.Signal)
            {
                run.Group.AddUnlessZero(_outputs[i], request.Count);
                _targets[i].Append(request, ref run);
            }
        }
    }

    /// <summary>Moves the cursor, with the accounts of what is before it.</summary>
    private void Settle(JournalGroup group)
    {
        if (_hasRead)
        {
            group.SetCursor(_consumer, _position);
        }

        _schedule.WriteTo(group);
        foreach (var source in _sources.Values)
        {
            group.AddUnlessZero(source.Ledger.Delivered, source.Consumed);
            group.AddUnlessZero(source.Ledger.Corrupt, source.Corrupt);
            group.AddUnlessZero(_ledger.Received, source.Consumed);
            group.AddUnlessZero(_ledger.Consumed, source.Consumed);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What {Connector} gives out could not be committed ({Status}: {Reason}); it tries again")]
    private partial void LogRefused(string connector, CommitStatus status, string? reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What {Connector} gives out failed in a processor of pipeline {Pipeline}; it tries again")]
    private partial void LogProcessorFailed(Exception exception, string connector, string? pipeline);
}
