using System.Text;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Transport.Prometheus.Exposition;

/// <summary>
/// Writes metrics as messages <c>io.prometheus.client.MetricFamily</c>, each behind its length: the format that has native histograms. See
/// https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto.
/// </summary>
/// <param name="output">Where to; borrowed.</param>
/// <param name="pool">Where the memory for one metric comes from.</param>
public sealed class ProtobufWriter(ExpositionBuffer output, BufferPool pool) : IDisposable
{
    /// <summary>The finest resolution of native histograms.</summary>
    public const int MaxSchema = 8;

    /// <summary>The coarsest resolution of native histograms.</summary>
    public const int MinSchema = -4;

    /// <summary>More empty buckets than these end a run of buckets: another run takes less.</summary>
    private const int LongestGap = 2;

    private const ulong NanosPerSecond = 1_000_000_000;

    private readonly PooledBufferWriter _metric = new(pool, "prometheus metric");
    private readonly PooledBufferWriter _spans = new(pool, "prometheus spans");
    private readonly PooledBufferWriter _deltas = new(pool, "prometheus deltas");
    private ExpositionBuffer.LengthMark _family;
    private int _value;

    /// <summary>Begins a metric; its series follow.</summary>
    /// <param name="name">Its name, with the suffix that the samples of a counter have in the text formats.</param>
    /// <param name="type">Its type.</param>
    /// <param name="unit">Its unit; empty for none.</param>
    /// <param name="help">What it is; empty for nothing.</param>
    public void BeginFamily(string name, SeriesType type, string unit, string help)
    {
        _family = output.ReserveLength();
        _metric.Clear();
        var writer = new ProtoWriter(_metric);
        writer.Bytes(1, Encoding.UTF8.GetBytes(name));
        if (help.Length > 0)
        {
            writer.Bytes(2, Encoding.UTF8.GetBytes(help));
        }

        writer.Varint(3, type switch { SeriesType.Counter => 0, SeriesType.Summary => 2, SeriesType.Histogram => 4, _ => 1UL });
        if (unit.Length > 0)
        {
            writer.Bytes(5, Encoding.UTF8.GetBytes(unit));
        }

        output.Write(_metric.WrittenSpan);
    }

    /// <summary>Ends the metric begun last.</summary>
    public void EndFamily() => output.SetLength(_family);

    /// <summary>Says how long the metric begun last will be, instead of <see cref="EndFamily"/>: then what is written may be taken away before its end.</summary>
    /// <param name="length">Bytes behind the length of the message.</param>
    public void SetFamilyLength(long length) => output.SetLength(_family, length);

    /// <summary>Begins a series; its value follows.</summary>
    /// <param name="labels">As <see cref="LabelText"/> encodes them.</param>
    public void BeginSeries(ReadOnlySpan<byte> labels)
    {
        _metric.Clear();
        WriteLabels(labels);
    }

    /// <summary>Ends the series begun last.</summary>
    /// <param name="timeUnixMs">When it was measured, in milliseconds since 1970; 0 to leave it to the scraper.</param>
    public void EndSeries(long timeUnixMs)
    {
        if (timeUnixMs != 0)
        {
            new ProtoWriter(_metric).Varint(6, (ulong)timeUnixMs);
        }

        const int Tag = (4 << 3) | (int)WireType.LengthDelimited;
        var space = output.Reserve(12 + _metric.Length);
        space[0] = Tag;
        var header = 1 + ProtoWriter.WriteVarint(space[1..], (ulong)_metric.Length);
        _metric.WrittenSpan.CopyTo(space[header..]);
        output.Advance(header + _metric.Length);
    }

    /// <summary>The value of a gauge.</summary>
    public void Gauge(double value)
    {
        BeginValue(2);
        Double(1, value);
        EndValue();
    }

    /// <summary>The value of a counter.</summary>
    /// <param name="value">The value.</param>
    /// <param name="startUnixNano">When it was zero; 0 when that is not known.</param>
    /// <param name="exemplar">May be empty.</param>
    public void Counter(double value, ulong startUnixNano, in ExemplarText exemplar)
    {
        BeginValue(3);
        Double(1, value);
        WriteExemplar(2, in exemplar);
        WriteTime(3, startUnixNano);
        EndValue();
    }

    /// <summary>Begins a summary; its quantiles follow.</summary>
    public void BeginSummary(ulong count, double sum, ulong startUnixNano)
    {
        BeginValue(4);
        new ProtoWriter(_metric).Varint(1, count);
        Double(2, sum);
        WriteTime(4, startUnixNano);
    }

    /// <summary>A quantile of a summary.</summary>
    public void Quantile(double quantile, double value)
    {
        var writer = new ProtoWriter(_metric);
        var mark = writer.BeginMessage(3);
        Double(1, quantile);
        Double(2, value);
        writer.EndMessage(mark);
    }

    /// <summary>Begins a histogram; classic buckets in ascending order follow, or native ones.</summary>
    public void BeginHistogram(ulong count, double sum, ulong startUnixNano)
    {
        BeginValue(7);
        new ProtoWriter(_metric).Varint(1, count);
        Double(2, sum);
        WriteTime(15, startUnixNano);
    }

    /// <summary>A classic bucket.</summary>
    /// <param name="cumulativeCount">Observations in it and all below.</param>
    /// <param name="upperBound">The largest value in it.</param>
    /// <param name="exemplar">May be empty.</param>
    public void Bucket(ulong cumulativeCount, double upperBound, in ExemplarText exemplar)
    {
        var writer = new ProtoWriter(_metric);
        var mark = writer.BeginMessage(3);
        writer.Varint(1, cumulativeCount);
        Double(2, upperBound);
        WriteExemplar(3, in exemplar);
        writer.EndMessage(mark);
    }

    /// <summary>What native buckets have in common, and the zero bucket.</summary>
    /// <param name="schema">The resolution, from <see cref="MinSchema"/> to <see cref="MaxSchema"/>.</param>
    /// <param name="zeroThreshold">The largest absolute value in the zero bucket.</param>
    /// <param name="zeroCount">Observations in it.</param>
    /// <param name="exemplar">May be empty. Without a time it is left out, as the format demands.</param>
    public void Native(int schema, double zeroThreshold, ulong zeroCount, in ExemplarText exemplar)
    {
        var writer = new ProtoWriter(_metric);
        writer.Varint(5, ZigZag(schema));
        Double(6, zeroThreshold);
        writer.Varint(7, zeroCount);
        if (exemplar.TimeUnixMs > 0)
        {
            WriteExemplar(16, in exemplar);
        }
    }

    /// <summary>
    /// Native buckets of one sign. Bucket i of the format ends with base^i; that of OpenTelemetry begins with it, so that it is i + 1 here.
    /// </summary>
    /// <param name="isNegative">Of which sign.</param>
    /// <param name="offset">Index, in OpenTelemetry's counting, of the first count.</param>
    /// <param name="counts">The counts.</param>
    /// <param name="steps">By how many the resolution is to be lowered: of so many halvings.</param>
    public void NativeBuckets(bool isNegative, long offset, ReadOnlySpan<ulong> counts, int steps)
    {
        _spans.Clear();
        _deltas.Clear();
        var spans = new ProtoWriter(_spans);
        var deltas = new ProtoWriter(_deltas);
        var (spanField, deltaField) = isNegative ? (9, 10) : (12, 13);
        var (start, end, before) = (0L, 0L, 0UL);
        for (var i = 0; i < counts.Length;)
        {
            var index = ((offset + i) >> steps) + 1;
            var count = 0UL;
            for (; i < counts.Length && ((offset + i) >> steps) + 1 == index; i++)
            {
                count += counts[i];
            }

            if (count == 0)
            {
                continue;
            }

            if (_deltas.Length == 0)
            {
                Span(0, index);
                start = end = index;
            }
            else if (index - end > LongestGap)
            {
                spans.Varint(2, (ulong)(end - start));
                Span(end, index);
                start = end = index;
            }

            for (; end < index; end++)
            {
                Delta(0);
            }

            Delta(count);
            end++;
        }

        if (_deltas.Length > 0)
        {
            spans.Varint(2, (ulong)(end - start));
            Flush(spanField, deltaField);
        }
        else if (!isNegative)
        {
            // Without any bucket only a run of none tells it from a classic histogram.
            new ProtoWriter(_metric).Bytes(spanField, []);
        }

        void Span(long from, long to) => new ProtoWriter(_spans).Varint(1, ZigZag(to - from));

        void Delta(ulong count)
        {
            new ProtoWriter(_deltas).RawVarint(ZigZag((long)(count - before)));
            before = count;
        }
    }

    /// <summary>Ends a summary or histogram.</summary>
    public void EndValue() => new ProtoWriter(_metric).EndMessage(_value);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _metric.Dispose();
        _spans.Dispose();
        _deltas.Dispose();
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private void BeginValue(int field) => _value = new ProtoWriter(_metric).BeginMessage(field);

    private void Double(int field, double value) => new ProtoWriter(_metric).Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes the runs, of which each is two fields, as messages, and the deltas packed.</summary>
    private void Flush(int spanField, int deltaField)
    {
        var writer = new ProtoWriter(_metric);
        var reader = new ProtoReader(_spans.WrittenSpan);
        while (reader.TryReadTag())
        {
            var start = reader.TagStart;
            reader.TrySkip();
            reader.TryReadTag();
            reader.TrySkip();
            writer.Bytes(spanField, _spans.WrittenSpan[start..reader.Position]);
        }

        writer.Bytes(deltaField, _deltas.WrittenSpan);
    }

    private void WriteLabels(ReadOnlySpan<byte> labels)
    {
        var writer = new ProtoWriter(_metric);
        var reader = new LabelReader(labels);
        while (reader.Read())
        {
            var mark = writer.BeginMessage(1);
            WriteText(1, reader.Name);
            WriteText(2, reader.Value);
            writer.EndMessage(mark);
        }
    }

    private void WriteText(int field, ReadOnlySpan<byte> escaped)
    {
        var writer = new ProtoWriter(_metric);
        if (!escaped.Contains((byte)'\\'))
        {
            writer.Bytes(field, escaped);
            return;
        }

        var mark = writer.BeginMessage(field);
        _metric.Advance(LabelReader.Unescape(escaped, _metric.GetSpan(escaped.Length)));
        writer.EndMessage(mark);
    }

    private void WriteExemplar(int field, in ExemplarText exemplar)
    {
        if (exemplar.Text.IsEmpty)
        {
            return;
        }

        var writer = new ProtoWriter(_metric);
        var mark = writer.BeginMessage(field);
        WriteLabels(exemplar.Labels);
        Double(2, exemplar.Value);
        WriteTime(3, (ulong)exemplar.TimeUnixMs * 1_000_000);
        writer.EndMessage(mark);
    }

    private void WriteTime(int field, ulong unixNano)
    {
        if (unixNano > 0)
        {
            var writer = new ProtoWriter(_metric);
            var mark = writer.BeginMessage(field);
            writer.Varint(1, unixNano / NanosPerSecond);
            writer.Varint(2, unixNano % NanosPerSecond);
            writer.EndMessage(mark);
        }
    }
}
