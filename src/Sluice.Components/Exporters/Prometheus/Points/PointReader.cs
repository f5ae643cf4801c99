using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.Prometheus.Points;

/// <summary>Reads data points into the same memory, one after the other, so that reading one allocates nothing.</summary>
internal sealed class PointReader
{
    private const ulong NoRecordedValueFlag = 1;

    /// <summary>The fields of its attributes as they came, behind what the caller wrote there first.</summary>
    public ByteScratch Key { get; } = new();

    public ulong StartUnixNano { get; private set; }

    public ulong TimeUnixNano { get; private set; }

    /// <summary>There is no value: the staleness marker.</summary>
    public bool HasNoValue { get; private set; }

    public NumberValue Number { get; private set; }

    public ulong Count { get; private set; }

    public double Sum { get; private set; }

    public bool HasSum { get; private set; }

    /// <summary>Of an explicit histogram, eight bytes each.</summary>
    public ByteScratch BucketCounts { get; } = new();

    /// <summary>Of an explicit histogram, eight bytes each.</summary>
    public ByteScratch Bounds { get; } = new();

    public int Scale { get; set; }

    public ulong ZeroCount { get; private set; }

    public double ZeroThreshold { get; private set; }

    public ExponentialBuckets Positive { get; } = new();

    public ExponentialBuckets Negative { get; } = new();

    public List<(double Quantile, double Value)> Quantiles { get; } = [];

    /// <summary>Number of the field that holds the exemplars; 0 where there are none.</summary>
    public static int ExemplarsField(DataKind kind) => kind switch
    {
        DataKind.Sum => OtlpFields.NumberDataPoint.Exemplars,
        DataKind.Histogram => OtlpFields.HistogramDataPoint.Exemplars,
        DataKind.ExponentialHistogram => OtlpFields.ExponentialHistogramDataPoint.Exemplars,
        _ => 0,
    };

    /// <summary>Number of the field that holds the attributes.</summary>
    public static int AttributesField(DataKind kind) => kind switch
    {
        DataKind.Histogram => OtlpFields.HistogramDataPoint.Attributes,
        DataKind.ExponentialHistogram => OtlpFields.ExponentialHistogramDataPoint.Attributes,
        DataKind.Summary => OtlpFields.SummaryDataPoint.Attributes,
        _ => OtlpFields.NumberDataPoint.Attributes,
    };

    /// <summary>Reads a point and appends its attributes to <see cref="Key"/>.</summary>
    /// <returns>False when its parts do not fit together.</returns>
    public bool TryRead(DataKind kind, ReadOnlySpan<byte> message)
    {
        (StartUnixNano, TimeUnixNano, HasNoValue, Number, Count, Sum, HasSum) = (0, 0, false, default, 0, 0, false);
        var reader = new ProtoReader(message);
        switch (kind)
        {
            case DataKind.Histogram:
                BucketCounts.Clear();
                Bounds.Clear();
                return ReadHistogram(ref reader) && FitsTogether();
            case DataKind.ExponentialHistogram:
                (Scale, ZeroCount, ZeroThreshold) = (0, 0, 0);
                Positive.Clear();
                Negative.Clear();
                return ReadExponential(ref reader);
            case DataKind.Summary:
                Quantiles.Clear();
                return ReadSummary(ref reader);
            default:
                return ReadNumber(ref reader);
        }
    }

    /// <summary>Reads an exemplar.</summary>
    public static Exemplar ReadExemplar(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> trace = default, span = default;
        var (value, time) = (0.0, 0L);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.Exemplar.TraceId, WireType.LengthDelimited) when reader.TryReadBytes(out trace):
                case (OtlpFields.Exemplar.SpanId, WireType.LengthDelimited) when reader.TryReadBytes(out span):
                    break;
                case (OtlpFields.Exemplar.AsDouble, WireType.Fixed64) when reader.TryReadFixed64(out var bits):
                    value = BitConverter.UInt64BitsToDouble(bits);
                    break;
                case (OtlpFields.Exemplar.AsInt, WireType.Fixed64) when reader.TryReadFixed64(out var integer):
                    value = (long)integer;
                    break;
                case (OtlpFields.Exemplar.TimeUnixNano, WireType.Fixed64) when reader.TryReadFixed64(out var nanos):
                    time = (long)(nanos / 1_000_000);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return new Exemplar { TraceId = trace, SpanId = span, Value = value, TimeUnixMs = time };
    }

    private bool ReadNumber(ref ProtoReader reader)
    {
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.NumberDataPoint.AsDouble, WireType.Fixed64) when reader.TryReadFixed64(out var real):
                    Number = new NumberValue(0, BitConverter.UInt64BitsToDouble(real), IsReal: true);
                    break;
                case (OtlpFields.NumberDataPoint.AsInt, WireType.Fixed64) when reader.TryReadFixed64(out var integer):
                    Number = new NumberValue((long)integer, 0, IsReal: false);
                    break;
                default:
                    ReadCommon(ref reader, OtlpFields.NumberDataPoint.Attributes, OtlpFields.NumberDataPoint.Flags);
                    break;
            }
        }

        return !reader.Malformed;
    }

    private bool ReadHistogram(ref ProtoReader reader)
    {
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case OtlpFields.HistogramDataPoint.BucketCounts:
                    ReadEights(ref reader, BucketCounts);
                    break;
                case OtlpFields.HistogramDataPoint.ExplicitBounds:
                    ReadEights(ref reader, Bounds);
                    break;
                default:
                    ReadDistribution(ref reader, OtlpFields.HistogramDataPoint.Attributes, OtlpFields.HistogramDataPoint.Flags);
                    break;
            }
        }

        return !reader.Malformed;
    }

    private bool ReadExponential(ref ProtoReader reader)
    {
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.ExponentialHistogramDataPoint.Scale, WireType.Varint) when reader.TryReadVarint(out var scale):
                    Scale = Math.Clamp((int)ZigZagDecode(scale), -64, 32);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.ZeroCount, WireType.Fixed64) when reader.TryReadFixed64(out var zeros):
                    ZeroCount = zeros;
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.ZeroThreshold, WireType.Fixed64) when reader.TryReadFixed64(out var threshold):
                    ZeroThreshold = BitConverter.UInt64BitsToDouble(threshold);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Positive, WireType.LengthDelimited) when reader.TryReadBytes(out var positive):
                    ReadBuckets(positive, Positive);
                    break;
                case (OtlpFields.ExponentialHistogramDataPoint.Negative, WireType.LengthDelimited) when reader.TryReadBytes(out var negative):
                    ReadBuckets(negative, Negative);
                    break;
                default:
                    ReadDistribution(ref reader, OtlpFields.ExponentialHistogramDataPoint.Attributes, OtlpFields.ExponentialHistogramDataPoint.Flags);
                    break;
            }
        }

        return !reader.Malformed && double.IsFinite(ZeroThreshold) && ZeroThreshold >= 0;
    }

    private bool ReadSummary(ref ProtoReader reader)
    {
        while (reader.TryReadTag())
        {
            if (reader.Field == OtlpFields.SummaryDataPoint.QuantileValues && reader.WireType == WireType.LengthDelimited)
            {
                if (reader.TryReadBytes(out var pair))
                {
                    Quantiles.Add(ReadQuantile(pair));
                }
            }
            else
            {
                ReadDistribution(ref reader, OtlpFields.SummaryDataPoint.Attributes, OtlpFields.SummaryDataPoint.Flags);
            }
        }

        return !reader.Malformed;
    }

    /// <summary>Count and sum have the numbers 4 and 5 in all three messages.</summary>
    private void ReadDistribution(ref ProtoReader reader, int attributes, int flags)
    {
        if (reader.WireType == WireType.Fixed64 && reader.Field == OtlpFields.HistogramDataPoint.Count && reader.TryReadFixed64(out var count))
        {
            Count = count;
        }
        else if (reader.WireType == WireType.Fixed64 && reader.Field == OtlpFields.HistogramDataPoint.Sum && reader.TryReadFixed64(out var sum))
        {
            (Sum, HasSum) = (BitConverter.UInt64BitsToDouble(sum), true);
        }
        else if (!reader.Malformed)
        {
            ReadCommon(ref reader, attributes, flags);
        }
    }

    /// <summary>Start and time have the numbers 2 and 3 in all four messages.</summary>
    private void ReadCommon(ref ProtoReader reader, int attributes, int flags)
    {
        if (reader.Malformed)
        {
            return;
        }

        var (field, type) = (reader.Field, reader.WireType);
        if (field == attributes && type == WireType.LengthDelimited)
        {
            if (reader.TrySkip())
            {
                Key.Append(reader.FieldBytes);
            }
        }
        else if (field == flags && type == WireType.Varint)
        {
            HasNoValue = reader.TryReadVarint(out var bits) && (bits & NoRecordedValueFlag) != 0;
        }
        else if (field == OtlpFields.NumberDataPoint.StartTimeUnixNano && type == WireType.Fixed64)
        {
            StartUnixNano = reader.TryReadFixed64(out var start) ? start : 0;
        }
        else if (field == OtlpFields.NumberDataPoint.TimeUnixNano && type == WireType.Fixed64)
        {
            TimeUnixNano = reader.TryReadFixed64(out var time) ? time : 0;
        }
        else
        {
            reader.TrySkip();
        }
    }

    private static void ReadEights(ref ProtoReader reader, ByteScratch into)
    {
        if (reader.WireType == WireType.LengthDelimited)
        {
            if (reader.TryReadBytes(out var packed))
            {
                into.Append(packed);
            }
        }
        else if (reader.WireType != WireType.Fixed64)
        {
            reader.TrySkip();
        }
        else if (reader.TryReadFixed64(out var one))
        {
            into.Append(one);
        }
    }

    private static void ReadBuckets(ReadOnlySpan<byte> message, ExponentialBuckets into)
    {
        var reader = new ProtoReader(message);
        long offset = 0;
        into.Begin(0);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.Buckets.Offset, WireType.Varint) when reader.TryReadVarint(out var encoded):
                    offset = ZigZagDecode(encoded);
                    break;
                case (OtlpFields.Buckets.BucketCounts, WireType.Varint) when reader.TryReadVarint(out var count):
                    into.Append(count);
                    break;
                case (OtlpFields.Buckets.BucketCounts, WireType.LengthDelimited) when reader.TryReadBytes(out var packed):
                    var counts = new ProtoReader(packed);
                    while (counts.Position < packed.Length && counts.TryReadVarint(out var next))
                    {
                        into.Append(next);
                    }

                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        into.MoveTo(offset);
        into.Trim();
    }

    private static (double Quantile, double Value) ReadQuantile(ReadOnlySpan<byte> message)
    {
        var (quantile, value) = (0.0, 0.0);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.WireType == WireType.Fixed64 && reader.Field is OtlpFields.ValueAtQuantile.Quantile or OtlpFields.ValueAtQuantile.Value)
            {
                var isQuantile = reader.Field == OtlpFields.ValueAtQuantile.Quantile;
                var number = reader.TryReadFixed64(out var bits) ? BitConverter.UInt64BitsToDouble(bits) : 0;
                (quantile, value) = isQuantile ? (number, value) : (quantile, number);
            }
            else
            {
                reader.TrySkip();
            }
        }

        return (quantile, value);
    }

    /// <summary>Counts are one more than bounds, or there are none of both; they add up to the count; bounds ascend.</summary>
    private bool FitsTogether()
    {
        var counts = BucketCounts.Span;
        var bounds = Bounds.Span;
        if (counts.IsEmpty)
        {
            return bounds.IsEmpty;
        }

        if (counts.Length % sizeof(ulong) != 0 || counts.Length != bounds.Length + sizeof(ulong))
        {
            return false;
        }

        ulong total = 0;
        for (var rest = counts; !rest.IsEmpty; rest = rest[sizeof(ulong)..])
        {
            total += BinaryPrimitives.ReadUInt64LittleEndian(rest);
        }

        var last = double.NegativeInfinity;
        for (var rest = bounds; !rest.IsEmpty; rest = rest[sizeof(double)..])
        {
            var bound = BinaryPrimitives.ReadDoubleLittleEndian(rest);
            if (!(bound > last) || double.IsPositiveInfinity(bound))
            {
                return false;
            }

            last = bound;
        }

        return total == Count;
    }

    private static long ZigZagDecode(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
