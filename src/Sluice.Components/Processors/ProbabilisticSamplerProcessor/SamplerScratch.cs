using Sluice.Buffers;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>What one thread needs to sample one request. Idle it holds no buffers.</summary>
internal sealed class SamplerScratch(BufferPool pool)
{
    private const int RetainedDecisions = 16 * 1024;

    private SamplingDecision[] _kept = new SamplingDecision[128];
    private int _count;

    /// <summary>Text of an attribute.</summary>
    public PooledBufferWriter Text { get; } = new(pool, "attribute that a sampler hashes");

    /// <summary>A record with its sampling information.</summary>
    public PooledBufferWriter Output { get; } = new(pool, "record that a sampler kept");

    /// <summary>What was decided, to be counted together.</summary>
    public SamplingTally Tally { get; } = new();

    /// <summary>The decisions about the records that are kept, in their order.</summary>
    public ReadOnlySpan<SamplingDecision> Kept => _kept.AsSpan(0, _count);

    public void Keep(in SamplingDecision decision)
    {
        if (_count == _kept.Length)
        {
            Array.Resize(ref _kept, _count * 2);
        }

        _kept[_count++] = decision;
    }

    /// <summary>Gives the memory back; the scratch may be used again.</summary>
    public void Release()
    {
        Text.Dispose();
        Output.Dispose();
        Tally.Clear();
        _count = 0;
        if (_kept.Length > RetainedDecisions)
        {
            _kept = new SamplingDecision[128];
        }
    }
}
