using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Ledger;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;

namespace Sluice.Runtime.Intake;

/// <summary>A connector behind one pipeline, with the pipelines it feeds from there.</summary>
public sealed class ConnectorStage
{
    private readonly IConnector _connector;
    private readonly IntakePipeline[] _pipelines;
    private readonly JournalCounter[] _outputs;
    private readonly ConnectorLedger _ledger;
    private readonly ulong _all;
    private readonly ulong _eventsOnly;

    /// <summary>Puts a connector behind a pipeline.</summary>
    /// <param name="connector">The connector.</param>
    /// <param name="pipelines">What it was created with, at most <see cref="IConnector.MaxPipelines"/>.</param>
    /// <param name="ledger">Its accounts, which know these pipelines.</param>
    public ConnectorStage(IConnector connector, IReadOnlyList<IntakePipeline> pipelines, ConnectorLedger ledger)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pipelines.Count, IConnector.MaxPipelines, nameof(pipelines));
        _connector = connector;
        _pipelines = [.. pipelines];
        _outputs = [.. pipelines.Select(pipeline => ledger.Output(pipeline.Id))];
        _ledger = ledger;
        for (var i = 0; i < _pipelines.Length; i++)
        {
            _all |= 1UL << i;
            _eventsOnly |= _pipelines[i].Signal == PipelineSignal.Events ? 1UL << i : 0;
        }
    }

    /// <summary>Asks the connector where the records go, and books it.</summary>
    internal void Route(BatchView view, Span<ulong> targets, ref IntakeRun run)
    {
        targets.Clear();
        _connector.Route(view, run.Context, targets);
        var envelopes = view.Envelopes;
        var dropped = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            var isEvent = (envelopes[i].Flags & EnvelopeFlags.Event) != EnvelopeFlags.None;
            targets[i] &= isEvent ? _all : _all & ~_eventsOnly;
            dropped += targets[i] == 0 ? 1 : 0;
        }

        run.Group.AddUnlessZero(_ledger.Received, targets.Length);
        run.Group.AddUnlessZero(_ledger.Passed, targets.Length - dropped);
        run.Group.AddUnlessZero(_ledger.Dropped, dropped);
    }

    /// <summary>Hands the records to the pipelines.</summary>
    /// <param name="view">The records.</param>
    /// <param name="targets">Where each goes.</param>
    /// <param name="isLast">Nobody needs the view afterwards, so that the last pipeline may have it instead of a copy.</param>
    /// <param name="run">The request.</param>
    internal void Deliver(BatchView view, ReadOnlySpan<ulong> targets, bool isLast, ref IntakeRun run)
    {
        Span<int> counts = stackalloc int[IConnector.MaxPipelines];
        var last = Count(targets, counts);
        for (var i = 0; i <= last; i++)
        {
            if (counts[i] == 0)
            {
                continue;
            }

            run.Group.Add(_outputs[i], counts[i]);
            if (isLast && i == last)
            {
                view.Keep(targets, 1UL << i);
                _pipelines[i].Append(view, rejected: 0, ref run);
            }
            else
            {
                using var copy = run.Pool.RentView(view);
                copy.Keep(targets, 1UL << i);
                _pipelines[i].Append(copy, rejected: 0, ref run);
            }
        }
    }

    /// <summary>Counts the records of each pipeline, and finds the last that gets any.</summary>
    private int Count(ReadOnlySpan<ulong> targets, Span<int> counts)
    {
        counts.Clear();
        var last = -1;
        for (var i = 0; i < _pipelines.Length; i++)
        {
            foreach (var target in targets)
            {
                counts[i] += (int)(target >> i) & 1;
            }

            last = counts[i] > 0 ? i : last;
        }

        return last;
    }
}
