using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>The single fields of a data point of any kind, gathered in one pass. Their numbers differ from kind to kind.</summary>
internal ref struct PointFields
{
    private const ulong NoRecordedValue = 1;

    public ulong Start;
    public ulong Time;
    public ulong Count;
    public double Sum;
    public bool HasInteger;
    public bool HasDouble;
    public long Integer;
    public double Double;
    public ulong Flags;

    /// <summary>The field of the attributes.</summary>
    public int Attributes;

    /// <summary>It says that there is no value (OpenTelemetry protocol, <c>DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK</c>).</summary>
    public readonly bool HasNoValue => (Flags & NoRecordedValue) != 0;

    public static PointFields Read(ReadOnlySpan<byte> message, int kind)
    {
        var fields = default(PointFields);
        switch (kind)
        {
            case OtlpFields.Metric.Histogram:
                fields.Attributes = OtlpFields.HistogramDataPoint.Attributes;
                fields.ReadAggregate(message, OtlpFields.HistogramDataPoint.Count, OtlpFields.HistogramDataPoint.Sum, OtlpFields.HistogramDataPoint.Flags);
                break;
            case OtlpFields.Metric.ExponentialHistogram:
                fields.Attributes = OtlpFields.ExponentialHistogramDataPoint.Attributes;
                fields.ReadAggregate(
                    message,
                    OtlpFields.ExponentialHistogramDataPoint.Count,
                    OtlpFields.ExponentialHistogramDataPoint.Sum,
                    OtlpFields.ExponentialHistogramDataPoint.Flags);
                break;
            case OtlpFields.Metric.Summary:
                fields.Attributes = OtlpFields.SummaryDataPoint.Attributes;
                fields.ReadAggregate(message, OtlpFields.SummaryDataPoint.Count, OtlpFields.SummaryDataPoint.Sum, OtlpFields.SummaryDataPoint.Flags);
                break;
            default:
                fields.Attributes = OtlpFields.NumberDataPoint.Attributes;
                fields.ReadNumber(message);
                break;
        }

        return fields;
    }

    /// <summary>Start and time have the same numbers in all kinds.</summary>
    private void ReadAggregate(ReadOnlySpan<byte> message, int countField, int sumField, int flagsField)
    {
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.WireType == WireType.Fixed64)
            {
                reader.TryReadFixed64(out var bits);
                if (reader.Field == OtlpFields.HistogramDataPoint.StartTimeUnixNano)
                {
                    Start = bits;
                }
                else if (reader.Field == OtlpFields.HistogramDataPoint.TimeUnixNano)
                {
                    Time = bits;
                }
                else if (reader.Field == countField)
                {
                    Count = bits;
                }
                else if (reader.Field == sumField)
                {
                    Sum = BitConverter.UInt64BitsToDouble(bits);
                }
            }
            else if (reader.WireType == WireType.Varint && reader.Field == flagsField)
            {
                reader.TryReadVarint(out Flags);
            }
            else
            {
                reader.TrySkip();
            }
        }
    }

    private void ReadNumber(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.NumberDataPoint.StartTimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out Start);
                    break;
                case (OtlpFields.NumberDataPoint.TimeUnixNano, WireType.Fixed64):
                    reader.TryReadFixed64(out Time);
                    break;
                case (OtlpFields.NumberDataPoint.AsDouble, WireType.Fixed64):
                    reader.TryReadFixed64(out var bits);
                    (HasDouble, HasInteger, Double) = (true, false, BitConverter.UInt64BitsToDouble(bits));
                    break;
                case (OtlpFields.NumberDataPoint.AsInt, WireType.Fixed64):
                    reader.TryReadFixed64(out var integer);
                    (HasDouble, HasInteger, Integer) = (false, true, (long)integer);
                    break;
                case (OtlpFields.NumberDataPoint.Flags, WireType.Varint):
                    reader.TryReadVarint(out Flags);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }
    }
}
