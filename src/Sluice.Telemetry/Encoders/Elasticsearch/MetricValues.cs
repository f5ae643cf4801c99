using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// Writes the values of data points as the field types of Elasticsearch take them: numbers, <c>histogram</c> (a value and a count for each
/// bucket that is not empty) and <c>aggregate_metric_double</c> (sum and count). Used by one thread at a time.
/// </summary>
internal sealed class MetricValues
{
    private readonly List<ulong> _counts = [];
    private readonly List<ulong> _bounds = [];
    private readonly List<ulong> _negative = [];
    private readonly List<(double Value, ulong Count)> _buckets = [];

    /// <summary>Why a data point cannot be stored; null when it can.</summary>
    public string? FindFault(scoped in MetricHeader metric, scoped in PointFields point, ReadOnlySpan<byte> message, MappingHints hints)
    {
        switch (metric.Kind)
        {
            case OtlpFields.Metric.Summary:
                return double.IsFinite(point.Sum) ? null : "the sum of a summary is not a finite number";
            case OtlpFields.Metric.Histogram or OtlpFields.Metric.ExponentialHistogram:
                if (metric.IsCumulative)
                {
                    return "a histogram is cumulative, which no field can hold: send delta temporality";
                }

                if ((hints & MappingHints.Aggregate) != MappingHints.None)
                {
                    return double.IsFinite(point.Sum) ? null : "the sum of a histogram is not a finite number";
                }

                ReadBuckets(metric.Kind, point, message, out var fault);
                return fault ?? (_buckets.TrueForAll(bucket => double.IsFinite(bucket.Value)) ? null : "a bucket of a histogram has no finite value");
            default:
                return !point.HasDouble && !point.HasInteger ? "a data point has no value"
                    : point.HasDouble && !double.IsFinite(point.Double) ? "a value is not a finite number"
                    : null;
        }
    }

    /// <summary>Writes the value of a data point without a fault.</summary>
    public void Write(ref JsonOutput json, int kind, scoped in PointFields point, ReadOnlySpan<byte> message, MappingHints hints)
    {
        if (kind is OtlpFields.Metric.Gauge or OtlpFields.Metric.Sum)
        {
            if (point.HasInteger)
            {
                json.Number(point.Integer);
            }
            else
            {
                json.Number(point.Double);
            }

            return;
        }

        json.BeginObject();
        if (kind == OtlpFields.Metric.Summary || (hints & MappingHints.Aggregate) != MappingHints.None)
        {
            json.Name("\"sum\":"u8);
            json.Number(point.Sum);
            json.Name("\"value_count\":"u8);
            json.Number(point.Count);
        }
        else
        {
            ReadBuckets(kind, point, message, out _);
            WriteBuckets(ref json);
        }

        json.EndObject();
    }

    /// <summary>The dynamic template that gives the field of a data point its type.</summary>
    public static ReadOnlySpan<byte> TemplateOf(scoped in MetricHeader metric, scoped in PointFields point, MappingHints hints) => metric.Kind switch
    {
        OtlpFields.Metric.Summary => "summary"u8,
        OtlpFields.Metric.Histogram or OtlpFields.Metric.ExponentialHistogram => (hints & MappingHints.Aggregate) != MappingHints.None ? "summary"u8 : "histogram"u8,
        OtlpFields.Metric.Sum when metric is { IsMonotonic: true, IsCumulative: true } => point.HasInteger ? "counter_long"u8 : "counter_double"u8,
        _ => point.HasInteger ? "gauge_long"u8 : "gauge_double"u8,
    };

    private void WriteBuckets(ref JsonOutput json)
    {
        json.Name("\"counts\":"u8);
        json.BeginArray();
        foreach (var (_, count) in _buckets)
        {
            json.Number(count);
        }

        json.EndArray();
        json.Name("\"values\":"u8);
        json.BeginArray();
        foreach (var (value, _) in _buckets)
        {
            json.Number(value);
        }

        json.EndArray();
    }

    /// <summary>Fills the list with the buckets that are not empty, by rising value.</summary>
    private void ReadBuckets(int kind, scoped in PointFields point, ReadOnlySpan<byte> message, out string? fault)
    {
        _buckets.Clear();
        if (kind == OtlpFields.Metric.ExponentialHistogram)
        {
            fault = null;
            ReadExponential(message);
            return;
        }

        BucketNumbers.ReadFixed(message, OtlpFields.HistogramDataPoint.BucketCounts, _counts);
        BucketNumbers.ReadFixed(message, OtlpFields.HistogramDataPoint.ExplicitBounds, _bounds);
        fault = _counts.Count > 0 && _counts.Count != _bounds.Count + 1 ? "a histogram has not one bucket more than bounds" : null;
        if (fault is not null)
        {
            return;
        }

        if (_bounds.Count == 0)
        {
            // Without bounds all that is known is the mean.
            if (point.Count > 0)
            {
                _buckets.Add((point.Sum / point.Count, point.Count));
            }

            return;
        }

        for (var i = 0; i < _counts.Count; i++)
        {
            Add(ValueOf(i), _counts[i]);
        }
    }

    /// <summary>
    /// The value that stands for a bucket: its middle; of the first, which has no lower bound, half its upper bound, or that bound where it is
    /// not positive; of the last its lower bound.
    /// </summary>
    private double ValueOf(int bucket)
    {
        if (bucket == 0)
        {
            var upper = Bound(0);
            return upper > 0 ? upper / 2 : upper;
        }

        var lower = Bound(bucket - 1);
        return bucket == _bounds.Count ? lower : lower + ((Bound(bucket) - lower) / 2);
    }

    private double Bound(int index) => BitConverter.UInt64BitsToDouble(_bounds[index]);

    private void ReadExponential(ReadOnlySpan<byte> message)
    {
        var fields = ExponentialHistogramFields.Read(message);
        var offset = OffsetOf(fields.Negative);
        BucketNumbers.ReadVarints(fields.Negative, OtlpFields.Buckets.BucketCounts, _negative);
        for (var i = _negative.Count - 1; i >= 0; i--)
        {
            Add(-MiddleOf(offset + i, fields.Scale), _negative[i]);
        }

        Add(0, fields.ZeroCount);
        offset = OffsetOf(fields.Positive);
        BucketNumbers.ReadVarints(fields.Positive, OtlpFields.Buckets.BucketCounts, _counts);
        for (var i = 0; i < _counts.Count; i++)
        {
            Add(MiddleOf(offset + i, fields.Scale), _counts[i]);
        }
    }

    /// <summary>Values must rise: buckets that are one number at this precision are counted together.</summary>
    private void Add(double value, ulong count)
    {
        if (count == 0)
        {
            return;
        }

        if (_buckets.Count > 0 && _buckets[^1].Value >= value)
        {
            _buckets[^1] = (_buckets[^1].Value, _buckets[^1].Count + count);
        }
        else
        {
            _buckets.Add((value, count));
        }
    }

    private static double MiddleOf(long index, int scale)
    {
        var (lower, upper) = (LowerBound(index, scale), LowerBound(index + 1, scale));
        return lower + ((upper - lower) / 2);
    }

    /// <summary>The lower bound of a bucket: base to the power of its index, where base is 2 to the power of 2^-scale.</summary>
    private static double LowerBound(long index, int scale) => Math.Pow(2, Math.ScaleB(index, -scale));

    private static long OffsetOf(ReadOnlySpan<byte> buckets)
    {
        var offset = 0UL;
        var reader = new ProtoReader(buckets);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.Buckets.Offset, WireType: WireType.Varint })
            {
                reader.TryReadVarint(out offset);
            }
            else
            {
                reader.TrySkip();
            }
        }

        return ZigZag.Decode32(offset);
    }
}
