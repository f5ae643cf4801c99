using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders;

/// <summary>The single fields of an <c>ExponentialHistogramDataPoint</c>, gathered in one pass.</summary>
internal ref struct ExponentialHistogramFields
{
    public ulong Start;
    public ulong Time;
    public ulong Count;
    public ulong ZeroCount;
    public ulong Flags;
    public int Scale;
    public double ZeroThreshold;
    public Statistics Statistics;
    public bool HasPositive;
    public bool HasNegative;
    public ReadOnlySpan<byte> Positive;
    public ReadOnlySpan<byte> Negative;

    public static ExponentialHistogramFields Read(ReadOnlySpan<byte> message)
    {
        var fields = default(ExponentialHistogramFields);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.ExponentialHistogramDataPoint.StartTimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out fields.Start);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out fields.Time);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Count, WireType.Fixed64):
                    reader.TryReadFixed64(out fields.Count);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Sum, WireType.Fixed64):
                    fields.Statistics.Sum.ReadDouble(ref reader);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Min, WireType.Fixed64):
                    fields.Statistics.Minimum.ReadDouble(ref reader);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Max, WireType.Fixed64):
                    fields.Statistics.Maximum.ReadDouble(ref reader);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Scale, WireType.Varint):
                    reader.TryReadVarint(out var scale);
                    fields.Scale = ZigZag.Decode32(scale);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.ZeroCount, WireType.Fixed64):
                    reader.TryReadFixed64(out fields.ZeroCount);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.ZeroThreshold, WireType.Fixed64):
                    reader.TryReadFixed64(out var threshold);
                    fields.ZeroThreshold = BitConverter.UInt64BitsToDouble(threshold);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Flags, WireType.Varint):
                    reader.TryReadVarint(out fields.Flags);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Positive, WireType.LengthDelimited):
                    fields.HasPositive = reader.TryReadBytes(out fields.Positive);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Negative, WireType.LengthDelimited):
                    fields.HasNegative = reader.TryReadBytes(out fields.Negative);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return fields;
    }
}
