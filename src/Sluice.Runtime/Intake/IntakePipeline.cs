using System.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Ledger;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;

namespace Sluice.Runtime.Intake;

/// <summary>The part of a pipeline that runs before the journal: its stateless processors, then its topic and its connectors.</summary>
/// <param name="id">The pipeline's id.</param>
/// <param name="signal">What it carries.</param>
/// <param name="topic">Where its exporters read; null when it has none, only connectors.</param>
/// <param name="processors">Its stateless processors, in order.</param>
/// <param name="ledger">Its accounts.</param>
/// <param name="connectors">The connectors that it exports to.</param>
public sealed class IntakePipeline(
    string id,
    PipelineSignal signal,
    JournalTopic? topic,
    IReadOnlyList<IProcessor> processors,
    PipelineLedger ledger,
    IReadOnlyList<ConnectorStage>? connectors = null)
{
    private readonly IProcessor[] _processors = [.. processors];
    private readonly ConnectorStage[] _connectors = [.. connectors ?? []];

    /// <summary>The pipeline's id.</summary>
    public string Id { get; } = id;

    /// <summary>What it carries.</summary>
    public PipelineSignal Signal { get; } = signal;

    /// <summary>Its accounts.</summary>
    public PipelineLedger Ledger { get; } = ledger;

    /// <summary>Takes a request from a receiver: processes it on a private view and adds what is left to the group, with the bookings.</summary>
    internal void Append(EnvelopeBatch batch, ref IntakeRun run)
    {
        using var view = run.Pool.RentView(batch);
        if (Signal == PipelineSignal.Events)
        {
            view.RemoveWhere(0, static (int _, in RecordView record) => !record.Envelope.Flags.HasFlag(EnvelopeFlags.Event));
        }

        Append(view, batch.Rejections.Records, ref run);
    }

    /// <summary>Processes records and adds what is left to the group, here and in the pipelines behind connectors, with the bookings.</summary>
    /// <param name="view">The records, which all belong here. It is changed.</param>
    /// <param name="rejected">Records that were refused before, to be booked here.</param>
    /// <param name="run">The request.</param>
    internal void Append(BatchView view, int rejected, ref IntakeRun run)
    {
        run.Pipeline = Id;
        var filtered = 0;
        var sampledOut = 0;
        foreach (var processor in _processors)
        {
            var before = view.Count;
            processor.Process(view, run.Context);
            var removed = before - view.Count;
            if (processor.Drops == DropKind.SampledOut)
            {
                sampledOut += removed;
            }
            else
            {
                filtered += removed;
            }
        }

        var left = view.Count;
        if (left > 0 && topic is not null)
        {
            view.WriteRequest(run.Group.BeginEntry(topic));
            run.Group.EndEntry(left);
        }

        if (left > 0 && _connectors.Length > 0)
        {
            var unrouted = Connect(view, ref run);
            if (topic is null)
            {
                // By the rules of the connectors nobody wants these.
                filtered += unrouted;
                left -= unrouted;
            }
        }

        Ledger.Book(run.Group, filtered, sampledOut, rejected, left);
    }

    /// <summary>Hands the records to the connectors.</summary>
    /// <returns>Records that none of them passed on.</returns>
    private int Connect(BatchView view, ref IntakeRun run)
    {
        var records = view.Count;
        var rented = ArrayPool<ulong>.Shared.Rent(2 * records);
        try
        {
            var targets = rented.AsSpan(0, records);
            var reached = rented.AsSpan(records, records);
            reached.Clear();
            for (var i = 0; i < _connectors.Length; i++)
            {
                run.Pipeline = Id;
                _connectors[i].Route(view, targets, ref run);
                for (var record = 0; record < records; record++)
                {
                    reached[record] |= targets[record];
                }

                _connectors[i].Deliver(view, targets, i == _connectors.Length - 1, ref run);
            }

            return reached.Count(0UL);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }
}
