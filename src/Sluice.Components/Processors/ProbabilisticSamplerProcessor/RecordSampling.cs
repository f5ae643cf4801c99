using System.Globalization;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Sampling;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>What a record says of sampling, read in one pass: a span in its trace state, a log record in its attributes.</summary>
internal ref struct RecordSampling
{
    /// <summary>Nothing of it is malformed.</summary>
    public bool IsReadable;

    /// <summary>An earlier sampler's threshold is there.</summary>
    public bool HasThreshold;

    /// <summary>That threshold.</summary>
    public RejectionThreshold Threshold;

    /// <summary>Randomness is given explicitly.</summary>
    public bool HasRandomness;

    /// <summary>That randomness.</summary>
    public ulong Randomness;

    /// <summary>The priority attribute is there.</summary>
    public bool HasPriority;

    /// <summary>Its value.</summary>
    public AnyValue Priority;

    /// <summary>The attribute to hash is there.</summary>
    public bool HasSource;

    /// <summary>Its value.</summary>
    public AnyValue Source;

    private static ReadOnlySpan<byte> SpanPriorityKey => "sampling.priority"u8;

    /// <summary>Reads a span.</summary>
    public static RecordSampling OfSpan(ReadOnlySpan<byte> message)
    {
        var sampling = default(RecordSampling);
        ReadOnlySpan<byte> traceState = default;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.Span.TraceState, WireType: WireType.LengthDelimited } && reader.TryReadBytes(out var text))
            {
                traceState = text;
            }
            else if (reader is { Field: OtlpFields.Span.Attributes, WireType: WireType.LengthDelimited } && reader.TryReadBytes(out var keyValue))
            {
                var attribute = new Telemetry.Attribute(keyValue);
                if (!sampling.HasPriority && attribute.Key.SequenceEqual(SpanPriorityKey))
                {
                    sampling.HasPriority = true;
                    sampling.Priority = attribute.Value;
                }
            }
            else if (reader.Malformed || !reader.TrySkip())
            {
                break;
            }
        }

        if (SamplingTraceState.TryRead(traceState, out var state))
        {
            sampling.IsReadable = true;
            sampling.HasThreshold = state.HasThreshold;
            sampling.Threshold = state.Threshold;
            sampling.HasRandomness = state.HasRandomness;
            sampling.Randomness = state.Randomness;
        }

        return sampling;
    }

    /// <summary>Reads a log record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="source">Key of the attribute to hash; empty for none.</param>
    /// <param name="priority">Key of the priority attribute; empty for none.</param>
    public static RecordSampling OfLog(in RecordView record, ReadOnlySpan<byte> source, ReadOnlySpan<byte> priority)
    {
        var sampling = new RecordSampling { IsReadable = true };
        var isThresholdSeen = false;
        var isRandomnessSeen = false;
        foreach (var attribute in record.Attributes)
        {
            var key = attribute.Key;
            if (!isThresholdSeen && key.SequenceEqual(SamplingRecordWriter.ThresholdKey))
            {
                // What is not a text, or empty, is no sampling information.
                isThresholdSeen = true;
                sampling.HasThreshold = IsText(attribute.Value, out var text) && RejectionThreshold.TryParse(text, out sampling.Threshold);
                sampling.IsReadable &= sampling.HasThreshold || text.IsEmpty;
            }
            else if (!isRandomnessSeen && key.SequenceEqual(SamplingRecordWriter.RandomnessKey))
            {
                isRandomnessSeen = true;
                sampling.HasRandomness = IsText(attribute.Value, out var text) && SamplingRandomness.TryParse(text, out sampling.Randomness);
                sampling.IsReadable &= sampling.HasRandomness || text.IsEmpty;
            }

            if (!sampling.HasSource && !source.IsEmpty && key.SequenceEqual(source))
            {
                sampling.HasSource = true;
                sampling.Source = attribute.Value;
            }

            if (!sampling.HasPriority && !priority.IsEmpty && key.SequenceEqual(priority))
            {
                sampling.HasPriority = true;
                sampling.Priority = attribute.Value;
            }
        }

        return sampling;
    }

    /// <summary>The priority of a span as OpenTracing defined it: a number, or its text; NaN when there is none.</summary>
    public readonly double PriorityNumber() => !HasPriority ? double.NaN : Priority.Kind switch
    {
        AnyValueKind.Int => Priority.Int,
        AnyValueKind.Double => Priority.Double,
        AnyValueKind.String when TryReadNumber(Priority.Bytes, out var number) => number,
        _ => double.NaN,
    };

    /// <summary>Reads a number as Go's ParseFloat does, which refuses what overflows.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> text, out double number) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out number)
        && double.IsFinite(number);

    private static bool IsText(AnyValue value, out ReadOnlySpan<byte> text)
    {
        text = value.Kind == AnyValueKind.String ? value.Bytes : default;
        return !text.IsEmpty;
    }
}
