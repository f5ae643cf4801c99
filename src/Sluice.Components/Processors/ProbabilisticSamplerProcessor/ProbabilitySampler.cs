using System.Text;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;
using Sluice.Telemetry.Sampling;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>
/// Decides about records as the Collector's processor of the same name does, so that tiers of both keep the same records.
/// Immutable; thread-safe.
/// </summary>
internal sealed class ProbabilitySampler
{
    private const int HashBits = 14;
    private const int HashBuckets = 1 << HashBits;
    private const int ThresholdBits = 56;

    /// <summary>Multiplied in 32 bits and rounded towards zero, as the Collector does; anything else would move the border.</summary>
    private const float HashBucketsPerPercent = HashBuckets / 100f;

    private readonly bool _isLogs;
    private readonly SamplerMode _mode;
    private readonly bool _keepsNone;
    private readonly double _ratio;
    private readonly int _precision;
    private readonly RejectionThreshold _threshold;
    private readonly RejectionThreshold _thresholdOfFaults;
    private readonly uint _seed;
    private readonly bool _hashesTraceId;
    private readonly byte[] _source;
    private readonly byte[] _priority;

    public ProbabilitySampler(ProbabilisticSamplerProcessorOptions options, Signal signal)
    {
        _isLogs = signal == Signal.Logs;
        _mode = options.Mode;
        _precision = options.SamplingPrecision;
        _seed = (uint)options.HashSeed;
        _hashesTraceId = !_isLogs || options.AttributeSource == RandomnessSource.TraceId;
        _source = _mode == SamplerMode.HashSeed ? Encoding.UTF8.GetBytes(options.FromAttribute) : [];
        _priority = Encoding.UTF8.GetBytes(options.SamplingPriority);
        _thresholdOfFaults = options.FailClosed ? RejectionThreshold.Never : RejectionThreshold.Always;
        var percentage = Math.Min((float)options.SamplingPercentage, 100);
        _ratio = percentage / 100.0;
        if (_mode == SamplerMode.HashSeed)
        {
            var buckets = (uint)(percentage * HashBucketsPerPercent);
            _keepsNone = buckets == 0;
            _threshold = new RejectionThreshold((ulong)(HashBuckets - buckets) << (ThresholdBits - HashBits));
        }
        else
        {
            _keepsNone = percentage == 0;
            if (!_keepsNone)
            {
                RejectionThreshold.TryFromProbability(_ratio, _precision, out _threshold);
            }
        }
    }

    /// <summary>Decides about one record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="text">Scratch for the text of an attribute.</param>
    public SamplingDecision Decide(in RecordView record, PooledBufferWriter text)
    {
        var sampling = _isLogs ? RecordSampling.OfLog(in record, _source, _priority) : RecordSampling.OfSpan(record.Message);
        var fault = sampling.IsReadable ? SamplingFault.None : SamplingFault.UnreadableState;
        var carries = sampling.IsReadable;
        ulong? added = null;
        ulong randomness;
        SamplingPolicy policy;
        if (_keepsNone)
        {
            // Only a priority can keep it, so that missing randomness is no fault.
            randomness = SamplingRandomness.Max;
            policy = SamplingPolicy.SamplingPriority;
        }
        else if (_mode == SamplerMode.HashSeed)
        {
            randomness = Hash(in record, in sampling, text, out policy);
            if (sampling.IsReadable && (sampling.HasRandomness || sampling.HasThreshold))
            {
                // The hash is another randomness than the one that was used before: mixing the two would break both.
                fault = sampling.HasRandomness ? SamplingFault.RandomnessInUse : SamplingFault.ThresholdInUse;
                carries = false;
            }
            else if (!_isLogs || policy != SamplingPolicy.MissingRandomness)
            {
                added = randomness;
            }
        }
        else
        {
            randomness = Consistent(in record, in sampling, out policy);
        }

        var hasThreshold = sampling.HasThreshold;
        if (fault == SamplingFault.None)
        {
            if (policy == SamplingPolicy.MissingRandomness)
            {
                fault = SamplingFault.MissingRandomness;
            }
            else if (hasThreshold && !sampling.Threshold.Keeps(randomness))
            {
                // The threshold is a lie; if the record is kept, it is replaced.
                fault = SamplingFault.InconsistentThreshold;
                hasThreshold = false;
            }
        }

        var threshold = fault == SamplingFault.None ? Required(hasThreshold, sampling.Threshold) : _thresholdOfFaults;
        if (Prioritize(in sampling, ref threshold))
        {
            policy = SamplingPolicy.SamplingPriority;
        }

        var isKept = threshold.Keeps(randomness);
        return new SamplingDecision
        {
            IsKept = isKept,
            SetsThreshold = isKept && carries && !(hasThreshold && sampling.Threshold.Value > threshold.Value),
            Threshold = threshold,
            AddedRandomness = added,
            Policy = policy,
            Fault = fault,
        };
    }

    private RejectionThreshold Required(bool hasThreshold, RejectionThreshold arriving)
    {
        if (_keepsNone)
        {
            return RejectionThreshold.Never;
        }

        switch (_mode)
        {
            case SamplerMode.Equalizing:
                return hasThreshold && arriving.Value > _threshold.Value ? arriving : _threshold;
            case SamplerMode.Proportional when hasThreshold:
                // Too small a product means that nothing is kept.
                return RejectionThreshold.TryFromProbability(arriving.Probability * _ratio, _precision, out var product)
                    ? product
                    : RejectionThreshold.Never;
            default:
                return _threshold;
        }
    }

    /// <summary>The number that the hash gives; the greatest when there is nothing to hash.</summary>
    private ulong Hash(in RecordView record, in RecordSampling sampling, PooledBufferWriter text, out SamplingPolicy policy)
    {
        if (_hashesTraceId && !record.Envelope.TraceId.IsEmpty)
        {
            policy = SamplingPolicy.TraceIdHash;
            Span<byte> id = stackalloc byte[TraceId.Size];
            record.Envelope.TraceId.Write(id);
            return SamplingRandomness.FromHash(_seed, id);
        }

        if (sampling.HasSource)
        {
            var bytes = sampling.Source.Bytes;
            if (sampling.Source.Kind is not (AnyValueKind.String or AnyValueKind.Bytes))
            {
                text.Clear();
                AnyValueText.Write(sampling.Source, text);
                bytes = text.WrittenSpan;
            }

            if (!bytes.IsEmpty)
            {
                policy = SamplingPolicy.AttributeHash;
                return SamplingRandomness.FromHash(_seed, bytes);
            }
        }

        policy = SamplingPolicy.MissingRandomness;
        return SamplingRandomness.Max;
    }

    private static ulong Consistent(in RecordView record, in RecordSampling sampling, out SamplingPolicy policy)
    {
        if (sampling is { IsReadable: true, HasRandomness: true })
        {
            policy = SamplingPolicy.SamplingRandomness;
            return sampling.Randomness;
        }

        if (sampling.IsReadable && !record.Envelope.TraceId.IsEmpty)
        {
            policy = SamplingPolicy.TraceIdW3c;
            return SamplingRandomness.FromTraceId(record.Envelope.TraceId);
        }

        policy = SamplingPolicy.MissingRandomness;
        return SamplingRandomness.Max;
    }

    /// <summary>Puts the threshold that the record's priority asks for in the place of the other.</summary>
    private bool Prioritize(in RecordSampling sampling, ref RejectionThreshold threshold)
    {
        if (!sampling.HasPriority)
        {
            return false;
        }

        if (_isLogs)
        {
            var percentage = sampling.Priority.Kind switch
            {
                AnyValueKind.Double => sampling.Priority.Double,
                AnyValueKind.Int => sampling.Priority.Int,
                _ => 0,
            };
            if (!RejectionThreshold.TryFromProbability(percentage / 100, _precision, out var own))
            {
                return false;
            }

            threshold = own;
            return true;
        }

        var priority = sampling.PriorityNumber();
        if (priority is not (0 or > 0))
        {
            return false;
        }

        threshold = priority == 0 ? RejectionThreshold.Never : RejectionThreshold.Always;
        return true;
    }
}
