using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>What all data points of a <c>Metric</c> share, by where it stands in the message.</summary>
internal struct MetricHeader
{
    private const int Cumulative = 2;

    public (int Start, int Length) Name;
    public (int Start, int Length) Unit;
    public (int Start, int Length) Data;

    /// <summary>Number of the field of <see cref="Data"/>; 0 for a metric without data.</summary>
    public int Kind;

    public bool IsMonotonic;
    public bool IsCumulative;

    public static MetricHeader Read(ReadOnlySpan<byte> message)
    {
        var header = default(MetricHeader);
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.WireType != WireType.LengthDelimited)
            {
                reader.TrySkip();
                continue;
            }

            reader.TryReadBytes(out var bytes);
            var place = (reader.Position - bytes.Length, bytes.Length);
            switch (reader.Field)
            {
                case OtlpFields.Metric.Name:
                    header.Name = place;
                    break;
                case OtlpFields.Metric.Unit:
                    header.Unit = place;
                    break;
                case OtlpFields.Metric.Gauge:
                case OtlpFields.Metric.Sum:
                case OtlpFields.Metric.Histogram:
                case OtlpFields.Metric.ExponentialHistogram:
                case OtlpFields.Metric.Summary:
                    header.Kind = reader.Field;
                    header.Data = place;
                    header.ReadData(bytes);
                    break;
            }
        }

        return header;
    }

    private void ReadData(ReadOnlySpan<byte> data)
    {
        (IsMonotonic, IsCumulative) = (false, false);
        var reader = new ProtoReader(data);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.MetricData.AggregationTemporality, WireType.Varint):
                    reader.TryReadVarint(out var temporality);
                    IsCumulative = temporality == Cumulative;
                    break;
                case (OtlpFields.MetricData.IsMonotonic, WireType.Varint):
                    reader.TryReadVarint(out var monotonic);
                    IsMonotonic = monotonic != 0;
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }
    }
}
