using Sluice.Telemetry.Otlp;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.Prometheus.Points;

/// <summary>What stands around the data points of a metric, read in place.</summary>
internal readonly ref struct MetricHead
{
    public const int Delta = 1;
    public const int Cumulative = 2;

    /// <summary>Why one without <see cref="Name"/> is refused.</summary>
    public const string NoName = "a metric without a name";

    /// <summary>Why one is refused of whose name nothing is left.</summary>
    public const string NoExposedName = "a metric whose name has no letter or digit";

    /// <summary>Why one is refused that needs a temporality.</summary>
    public const string NoTemporality = "a sum or histogram that says neither delta nor cumulative (aggregation_temporality)";

    /// <summary>Why one is refused with points that are none.</summary>
    public const string Malformed = "a data point whose buckets, bounds and count do not fit together";

    public ReadOnlySpan<byte> Name { get; init; }

    public ReadOnlySpan<byte> Description { get; init; }

    public ReadOnlySpan<byte> Unit { get; init; }

    public DataKind Kind { get; init; }

    /// <summary>The message that holds the points; meaningless without <see cref="HasData"/>.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    public bool HasData { get; init; }

    /// <summary><see cref="Delta"/> or <see cref="Cumulative"/>; 0 when it is not said.</summary>
    public int Temporality { get; init; }

    public bool IsMonotonic { get; init; }

    /// <summary>Whether its points are of a kind that is counted over time.</summary>
    public bool HasTemporality => Kind is DataKind.Sum or DataKind.Histogram or DataKind.ExponentialHistogram;

    /// <summary>What Prometheus calls its type.</summary>
    public SeriesType Type => Kind switch
    {
        DataKind.Histogram or DataKind.ExponentialHistogram => SeriesType.Histogram,
        DataKind.Summary => SeriesType.Summary,
        _ => IsMonotonic ? SeriesType.Counter : SeriesType.Gauge,
    };

    public static MetricHead Read(ReadOnlySpan<byte> metric)
    {
        ReadOnlySpan<byte> name = default, description = default, unit = default, data = default;
        var (kind, hasData) = (DataKind.Gauge, false);
        var reader = new ProtoReader(metric);
        while (reader.TryReadTag())
        {
            var field = reader.Field;
            if (reader.WireType != WireType.LengthDelimited || !reader.TryReadBytes(out var bytes))
            {
                reader.TrySkip();
                continue;
            }

            switch (field)
            {
                case OtlpFields.Metric.Name:
                    name = bytes;
                    break;
                case OtlpFields.Metric.Description:
                    description = bytes;
                    break;
                case OtlpFields.Metric.Unit:
                    unit = bytes;
                    break;
                case OtlpFields.Metric.Gauge or OtlpFields.Metric.Sum or OtlpFields.Metric.Histogram
                    or OtlpFields.Metric.ExponentialHistogram or OtlpFields.Metric.Summary:
                    data = bytes;
                    hasData = true;
                    kind = KindOf(field);
                    break;
            }
        }

        var (temporality, isMonotonic) = ReadSettings(data);
        return new MetricHead
        {
            Name = name,
            Description = description,
            Unit = unit,
            Kind = kind,
            Data = data,
            HasData = hasData,
            Temporality = temporality,
            IsMonotonic = isMonotonic && kind == DataKind.Sum,
        };
    }

    private static (int Temporality, bool IsMonotonic) ReadSettings(ReadOnlySpan<byte> data)
    {
        var (temporality, isMonotonic) = (0, false);
        var reader = new ProtoReader(data);
        while (reader.TryReadTag())
        {
            if (reader.WireType != WireType.Varint || reader.Field is not (OtlpFields.MetricData.AggregationTemporality or OtlpFields.MetricData.IsMonotonic))
            {
                reader.TrySkip();
                continue;
            }

            var isTemporality = reader.Field == OtlpFields.MetricData.AggregationTemporality;
            if (reader.TryReadVarint(out var value))
            {
                (temporality, isMonotonic) = isTemporality ? ((int)value, isMonotonic) : (temporality, value != 0);
            }
        }

        return (temporality, isMonotonic);
    }

    private static DataKind KindOf(int field) => field switch
    {
        OtlpFields.Metric.Sum => DataKind.Sum,
        OtlpFields.Metric.Histogram => DataKind.Histogram,
        OtlpFields.Metric.ExponentialHistogram => DataKind.ExponentialHistogram,
        OtlpFields.Metric.Summary => DataKind.Summary,
        _ => DataKind.Gauge,
    };
}
