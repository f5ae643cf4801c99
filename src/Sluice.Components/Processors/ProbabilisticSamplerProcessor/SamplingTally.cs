namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>Decisions counted, by what they were based on and what was wrong.</summary>
internal sealed class SamplingTally
{
    private readonly int[] _kept = new int[Enum.GetValues<SamplingPolicy>().Length];
    private readonly int[] _dropped = new int[Enum.GetValues<SamplingPolicy>().Length];
    private readonly int[] _faults = new int[Enum.GetValues<SamplingFault>().Length];

    public int Kept(SamplingPolicy policy) => _kept[(int)policy];

    public int Dropped(SamplingPolicy policy) => _dropped[(int)policy];

    public int Faults(SamplingFault fault) => _faults[(int)fault];

    public void Add(in SamplingDecision decision)
    {
        (decision.IsKept ? _kept : _dropped)[(int)decision.Policy]++;
        _faults[(int)decision.Fault]++;
    }

    public void Clear()
    {
        Array.Clear(_kept);
        Array.Clear(_dropped);
        Array.Clear(_faults);
    }
}
