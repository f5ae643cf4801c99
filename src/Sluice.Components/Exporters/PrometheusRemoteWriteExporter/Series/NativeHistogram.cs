using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>
/// Encodes exponential histograms as Prometheus' native ones, in the message <c>Histogram</c>: the same buckets, counted from the one that ends
/// with 1, as runs of buckets with the differences of their counts. Those with bounds of their own likewise, with custom buckets.
/// </summary>
/// <param name="buffers">Where its memory comes from.</param>
/// <param name="seriesField">The number of the field of the series that holds it: 4 in remote write 1.0, 3 in 2.0.</param>
internal sealed class NativeHistogram(BufferPool buffers, int seriesField) : IDisposable
{
    /// <summary>The finest and the coarsest resolution that there is.</summary>
    public const int MaxSchema = 8;

    /// <inheritdoc cref="MaxSchema"/>
    public const int MinSchema = -4;

    /// <summary>Says that the buckets have the bounds that go with them.</summary>
    private const int CustomSchema = -53;

    private const double DefaultZeroThreshold = 1e-128;

    /// <summary>So many empty buckets are written as such: another run would take more.</summary>
    private const int ShortestGap = 2;

    private readonly PooledBufferWriter _histogram = new(buffers, "native histogram");
    private readonly PooledBufferWriter _spans = new(buffers, "native histogram spans");
    private readonly ExponentialBuckets _custom = new();
    private readonly PooledBufferWriter _deltas = new(buffers, "native histogram deltas");

    /// <summary>What was encoded last, as a field of the series.</summary>
    public ReadOnlySpan<byte> Field => _histogram.WrittenSpan;

    /// <summary>Why a histogram has no place there; null when it has.</summary>
    public static string? FindFault(PointReader point)
    {
        if (point.HasNoValue)
        {
            return null;
        }

        if (point.Scale < MinSchema)
        {
            return $"an exponential histogram of the scale {point.Scale}: native histograms have {MinSchema} at least";
        }

        if (!IsIndex(point.Positive) || !IsIndex(point.Negative))
        {
            return "an exponential histogram whose buckets lie beyond all numbers";
        }

        return Total(point.Positive) + Total(point.Negative) + point.ZeroCount == point.Count
            ? null
            : "an exponential histogram whose buckets do not add up to its count";
    }

    /// <summary>Encodes a point without faults. Changes its scale to one that native histograms have.</summary>
    /// <param name="point">An exponential histogram.</param>
    /// <param name="timeMs">Milliseconds since 1970.</param>
    /// <param name="startMs">When it began to be counted, likewise; 0 for not known, and for remote write 1.0, which has no place for it.</param>
    public void Encode(PointReader point, long timeMs, long startMs) => Encode(point, timeMs, startMs, isCustom: false);

    /// <summary>Encodes a histogram with bounds of its own, whose parts fit together, with custom buckets: remote write 2.0 has them.</summary>
    /// <inheritdoc cref="Encode(PointReader, long, long)"/>
    public void EncodeCustom(PointReader point, long timeMs, long startMs) => Encode(point, timeMs, startMs, isCustom: true);

    public void Dispose()
    {
        _histogram.Dispose();
        _spans.Dispose();
        _deltas.Dispose();
    }

    private static bool IsIndex(ExponentialBuckets buckets) => buckets.Offset >= int.MinValue && buckets.Offset + buckets.Length < int.MaxValue;

    private static ulong Total(ExponentialBuckets buckets)
    {
        ulong total = 0;
        foreach (var count in buckets.Counts)
        {
            total += count;
        }

        return total;
    }

    private void Encode(PointReader point, long timeMs, long startMs, bool isCustom)
    {
        _histogram.Clear();
        var writer = new ProtoWriter(_histogram);
        var mark = writer.BeginMessage(seriesField);
        if (point.HasNoValue)
        {
            writer.Varint(1, 0);
            writer.Fixed64(3, BitConverter.DoubleToUInt64Bits(SeriesBody.StaleNaN));
        }
        else if (isCustom)
        {
            EncodeCustomValue(writer, point);
        }
        else
        {
            EncodeValue(writer, point);
        }

        writer.Varint(15, (ulong)timeMs);
        if (isCustom && !point.HasNoValue && point.Bounds.Span.Length > 0)
        {
            writer.Bytes(16, point.Bounds.Span);
        }

        if (startMs != 0)
        {
            writer.Varint(17, (ulong)startMs);
        }

        writer.EndMessage(mark);
    }

    private void EncodeValue(ProtoWriter writer, PointReader point)
    {
        if (point.Scale > MaxSchema)
        {
            point.Positive.Downscale(point.Scale - MaxSchema);
            point.Negative.Downscale(point.Scale - MaxSchema);
            point.Scale = MaxSchema;
        }

        writer.Varint(1, point.Count);
        writer.Fixed64(3, BitConverter.DoubleToUInt64Bits(point.Sum));
        writer.Varint(4, ZigZag(point.Scale));
        writer.Fixed64(5, BitConverter.DoubleToUInt64Bits(point.ZeroThreshold > 0 ? point.ZeroThreshold : DefaultZeroThreshold));
        writer.Varint(6, point.ZeroCount);

        // Bucket i begins where base^i ends; Prometheus counts by where they end.
        EncodeBuckets(writer, point.Negative.Counts, point.Negative.Offset + 1, spansField: 8, deltasField: 9);
        EncodeBuckets(writer, point.Positive.Counts, point.Positive.Offset + 1, spansField: 11, deltasField: 12);
    }

    private void EncodeCustomValue(ProtoWriter writer, PointReader point)
    {
        _custom.Begin(0);
        for (var rest = point.BucketCounts.Span; !rest.IsEmpty; rest = rest[sizeof(ulong)..])
        {
            _custom.Append(BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }

        if (_custom.Length == 0)
        {
            // Without bounds all is in the one bucket that has none.
            _custom.Append(point.Count);
        }

        _custom.Trim();
        writer.Varint(1, point.Count);
        writer.Fixed64(3, BitConverter.DoubleToUInt64Bits(point.Sum));
        writer.Varint(4, ZigZag(CustomSchema));
        EncodeBuckets(writer, _custom.Counts, _custom.Offset, spansField: 11, deltasField: 12);
    }

    /// <param name="writer">Where to.</param>
    /// <param name="counts">Without empty ones at the ends.</param>
    /// <param name="first">The index of the first.</param>
    /// <param name="spansField">Where the runs go.</param>
    /// <param name="deltasField">Where the differences go.</param>
    private void EncodeBuckets(ProtoWriter writer, ReadOnlySpan<ulong> counts, long first, int spansField, int deltasField)
    {
        if (counts.IsEmpty)
        {
            return;
        }

        _spans.Clear();
        _deltas.Clear();
        var deltas = new ProtoWriter(_deltas);
        var (offset, length, gap, last) = (first, 0u, 0, 0UL);
        foreach (var count in counts)
        {
            if (count == 0)
            {
                gap++;
                continue;
            }

            if (gap > ShortestGap)
            {
                WriteSpan(spansField, offset, length);
                (offset, length) = (gap, 0);
            }
            else
            {
                for (; gap > 0; gap--)
                {
                    deltas.RawVarint(ZigZag((long)(0 - last)));
                    last = 0;
                    length++;
                }
            }

            deltas.RawVarint(ZigZag((long)(count - last)));
            (gap, last) = (0, count);
            length++;
        }

        WriteSpan(spansField, offset, length);
        writer.Raw(_spans.WrittenSpan);
        writer.Bytes(deltasField, _deltas.WrittenSpan);
    }

    private void WriteSpan(int field, long offset, uint length)
    {
        var writer = new ProtoWriter(_spans);
        var mark = writer.BeginMessage(field);
        writer.Varint(1, ZigZag(offset));
        writer.Varint(2, length);
        writer.EndMessage(mark);
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
