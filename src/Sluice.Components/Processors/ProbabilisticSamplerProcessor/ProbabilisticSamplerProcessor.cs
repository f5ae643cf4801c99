using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>Keeps a part of the log records or spans, and writes into each that is kept with which probability it was.</summary>
internal sealed partial class ProbabilisticSamplerProcessor(ComponentContext context, ProbabilisticSamplerProcessorOptions options, Signal signal) : IProcessor
{
    private readonly ConcurrentQueue<SamplerScratch> _idle = new();
    private readonly ProbabilitySampler _sampler = new(options, signal);
    private readonly SamplerMetrics _metrics = new(context.Meter, context.MetricTags[0], options.FromAttribute);
    private readonly ILogger _logger = context.Logger;
    private readonly string _undecidable = options.FailClosed ? "dropped" : "kept";
    private int _reported;

    public DropKind Drops => DropKind.SampledOut;

    public void Process(BatchView view, RequestContext request)
    {
        var scratch = _idle.TryDequeue(out var idle) ? idle : new SamplerScratch(context.Pool.Buffers);
        try
        {
            // Decided first and written afterwards, so that nothing is written that is then dropped.
            view.RemoveWhere((_sampler, scratch), Drop);
            var kept = scratch.Kept;
            for (var i = 0; i < kept.Length; i++)
            {
                ref readonly var decision = ref kept[i];
                scratch.Output.Clear();
                if (decision.SetsThreshold &&
                    SamplingRecordWriter.TryWrite(signal, view.GetRecord(i).Message, in decision, scratch.Output))
                {
                    view.ReplaceRecord(i, scratch.Output.WrittenSpan);
                }
            }

            _metrics.Count(scratch.Tally);
            Report(scratch.Tally);
        }
        finally
        {
            scratch.Release();
            _idle.Enqueue(scratch);
        }
    }

    private static bool Drop((ProbabilitySampler Sampler, SamplerScratch Scratch) state, in RecordView record)
    {
        var decision = state.Sampler.Decide(in record, state.Scratch.Text);
        state.Scratch.Tally.Add(in decision);
        if (decision.IsKept)
        {
            state.Scratch.Keep(in decision);
        }

        return !decision.IsKept;
    }

    /// <summary>Says of each fault once that it occurs; from then on the metric counts it.</summary>
    private void Report(SamplingTally tally)
    {
        for (var fault = SamplingFault.MissingRandomness; fault <= SamplingFault.InconsistentThreshold; fault++)
        {
            var bit = 1 << (int)fault;
            if (tally.Faults(fault) > 0 && (Volatile.Read(ref _reported) & bit) == 0 && (Interlocked.Or(ref _reported, bit) & bit) == 0)
            {
                LogFault(SamplerMetrics.Name(fault), _undecidable);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "There are records that cannot be sampled ({Reason}); by fail_closed they are {Outcome}. sluice_sampler_undecidable_records_total counts them")]
    private partial void LogFault(string reason, string outcome);
}
