using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Sampling;

namespace Sluice.Components.Processors.ProbabilisticSamplerProcessor;

/// <summary>Writes records with the sampling information of a decision; every other field is copied as it is.</summary>
internal static class SamplingRecordWriter
{
    /// <summary>The attribute of log records that holds the threshold.</summary>
    public static ReadOnlySpan<byte> ThresholdKey => "sampling.threshold"u8;

    /// <summary>The attribute of log records that holds explicit randomness.</summary>
    public static ReadOnlySpan<byte> RandomnessKey => "sampling.randomness"u8;

    /// <summary>Writes a record.</summary>
    /// <param name="signal">Logs or traces.</param>
    /// <param name="message">The record; must not lie in <paramref name="output"/>.</param>
    /// <param name="decision">Sets a threshold.</param>
    /// <param name="output">Empty.</param>
    /// <returns>False when the record says all that already.</returns>
    public static bool TryWrite(Signal signal, ReadOnlySpan<byte> message, in SamplingDecision decision, PooledBufferWriter output)
    {
        Span<byte> thresholdText = stackalloc byte[RejectionThreshold.MaxDigits];
        Span<byte> randomnessText = stackalloc byte[SamplingRandomness.Digits];
        thresholdText = thresholdText[..decision.Threshold.Write(thresholdText)];
        if (decision.AddedRandomness is { } randomness)
        {
            SamplingRandomness.Write(randomness, randomnessText);
        }
        else
        {
            randomnessText = default;
        }

        if (signal == Signal.Traces)
        {
            WriteSpan(message, thresholdText, randomnessText, output);
        }
        else
        {
            WriteLog(message, thresholdText, randomnessText, output);
        }

        return !output.WrittenSpan.SequenceEqual(message);
    }

    private static void WriteSpan(ReadOnlySpan<byte> message, ReadOnlySpan<byte> threshold, ReadOnlySpan<byte> randomness, PooledBufferWriter output)
    {
        ReadOnlySpan<byte> old = default;
        var writer = new ProtoWriter(output);
        var reader = new ProtoReader(message);
        var insertAt = -1;
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.Span.TraceState, WireType: WireType.LengthDelimited })
            {
                insertAt = insertAt < 0 ? reader.TagStart : insertAt;
                if (!reader.TryReadBytes(out old))
                {
                    break;
                }
            }
            else if (!reader.TrySkip())
            {
                break;
            }
        }

        if (!SamplingTraceState.TryRead(old, out var state))
        {
            writer.Raw(message);
            return;
        }

        Span<byte> text = stackalloc byte[SamplingTraceState.MaxWrittenLength];
        text = text[..state.Write(threshold, randomness.IsEmpty ? state.RandomnessText : randomness, text)];
        if (insertAt < 0)
        {
            writer.Raw(message);
            writer.Bytes(OtlpFields.Span.TraceState, text);
            return;
        }

        writer.Raw(message[..insertAt]);
        writer.Bytes(OtlpFields.Span.TraceState, text);
        var rest = new ProtoReader(message[insertAt..]);
        while (rest.TryReadTag() && rest.TrySkip())
        {
            if (rest is not { Field: OtlpFields.Span.TraceState, WireType: WireType.LengthDelimited })
            {
                writer.Raw(rest.FieldBytes);
            }
        }
    }

    private static void WriteLog(ReadOnlySpan<byte> message, ReadOnlySpan<byte> threshold, ReadOnlySpan<byte> randomness, PooledBufferWriter output)
    {
        var writer = new ProtoWriter(output);
        var isThresholdWritten = false;
        var isRandomnessWritten = randomness.IsEmpty;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader is not { Field: OtlpFields.LogRecord.Attributes, WireType: WireType.LengthDelimited })
            {
                if (!reader.TrySkip())
                {
                    break;
                }

                writer.Raw(reader.FieldBytes);
                continue;
            }

            if (!reader.TryReadBytes(out var keyValue))
            {
                break;
            }

            var key = new Telemetry.Attribute(keyValue).Key;
            if (key.SequenceEqual(ThresholdKey))
            {
                WriteOnce(writer, ThresholdKey, threshold, ref isThresholdWritten);
            }
            else if (!randomness.IsEmpty && key.SequenceEqual(RandomnessKey))
            {
                WriteOnce(writer, RandomnessKey, randomness, ref isRandomnessWritten);
            }
            else
            {
                writer.Raw(reader.FieldBytes);
            }
        }

        WriteOnce(writer, RandomnessKey, randomness, ref isRandomnessWritten);
        WriteOnce(writer, ThresholdKey, threshold, ref isThresholdWritten);
    }

    private static void WriteOnce(ProtoWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, ref bool isWritten)
    {
        if (isWritten)
        {
            return;
        }

        isWritten = true;
        var value = ProtoWriter.BytesFieldSize(OtlpFields.AnyValue.String, text.Length);
        writer.BytesHeader(
            OtlpFields.LogRecord.Attributes,
            ProtoWriter.BytesFieldSize(OtlpFields.KeyValue.Key, key.Length) + ProtoWriter.BytesFieldSize(OtlpFields.KeyValue.Value, value));
        writer.Bytes(OtlpFields.KeyValue.Key, key);
        writer.BytesHeader(OtlpFields.KeyValue.Value, value);
        writer.Bytes(OtlpFields.AnyValue.String, text);
    }
}
