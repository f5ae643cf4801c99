using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Ledger;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;

namespace Sluice.Runtime.Intake;

/// <summary>The part of a pipeline that runs before the journal: its stateless processors, then its topic.</summary>
public sealed class IntakePipeline(string id, PipelineSignal signal, JournalTopic topic, IReadOnlyList<IProcessor> processors, PipelineLedger ledger)
{
    private readonly IProcessor[] _processors = [.. processors];

    /// <summary>The pipeline's id.</summary>
    public string Id { get; } = id;

    /// <summary>What it carries.</summary>
    public PipelineSignal Signal { get; } = signal;

    /// <summary>Its accounts.</summary>
    public PipelineLedger Ledger { get; } = ledger;

    /// <summary>Processes a request on a private view and adds what is left to the group, with the bookings.</summary>
    internal void Append(EnvelopeBatch batch, RequestContext context, JournalGroup group, TelemetryPool pool)
    {
        using var view = pool.RentView(batch);
        if (Signal == PipelineSignal.Events)
        {
            view.RemoveWhere(0, static (int _, in RecordView record) => !record.Envelope.Flags.HasFlag(EnvelopeFlags.Event));
        }

        var filtered = 0;
        var sampledOut = 0;
        foreach (var processor in _processors)
        {
            var before = view.Count;
            processor.Process(view, context);
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

        if (view.Count > 0)
        {
            view.WriteRequest(group.BeginEntry(topic));
            group.EndEntry(view.Count);
        }

        Ledger.Book(group, filtered, sampledOut, batch.Rejections.Records, view.Count);
    }
}
