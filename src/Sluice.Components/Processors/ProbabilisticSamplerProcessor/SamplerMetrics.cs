using System.Diagnostics.Metrics;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>What one sampler decided.</summary>
internal sealed class SamplerMetrics
{
    private readonly Counter<long> _decided;
    private readonly Counter<long> _undecidable;
    private readonly KeyValuePair<string, object?> _processor;
    private readonly string[] _policies;

    /// <param name="meter">Makes the instruments.</param>
    /// <param name="processor">The tag of the component.</param>
    /// <param name="attribute">What decisions by a hashed attribute are counted under.</param>
    public SamplerMetrics(Meter meter, KeyValuePair<string, object?> processor, string attribute)
    {
        _processor = processor;
        _policies = ["missing_randomness", "trace_id_hash", "trace_id_w3c", "sampling_randomness", "sampling_priority", attribute];
        _decided = meter.CreateCounter<long>("sluice_sampler_decided_records", "{record}", "Records kept and sampled out, by what the decision was based on.");
        _undecidable = meter.CreateCounter<long>("sluice_sampler_undecidable_records", "{record}", "Records without usable sampling information, by reason.");
    }

    public static string Name(SamplingFault fault) => fault switch
    {
        SamplingFault.MissingRandomness => "missing_randomness",
        SamplingFault.UnreadableState => "unreadable_state",
        SamplingFault.RandomnessInUse => "randomness_in_use",
        SamplingFault.ThresholdInUse => "threshold_in_use",
        _ => "inconsistent_threshold",
    };

    public void Count(SamplingTally tally)
    {
        for (var policy = 0; policy < _policies.Length; policy++)
        {
            Count(tally.Kept((SamplingPolicy)policy), policy, "true");
            Count(tally.Dropped((SamplingPolicy)policy), policy, "false");
        }

        for (var fault = SamplingFault.MissingRandomness; fault <= SamplingFault.InconsistentThreshold; fault++)
        {
            if (tally.Faults(fault) is > 0 and var records)
            {
                _undecidable.Add(records, _processor, new("reason", Name(fault)));
            }
        }
    }

    private void Count(int records, int policy, string sampled)
    {
        if (records > 0)
        {
            _decided.Add(records, _processor, new("policy", _policies[policy]), new("sampled", sampled));
        }
    }
}
