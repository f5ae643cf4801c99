using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>
/// The exemplars of one data point, each with the bucket that its value lies in: for remote write 1.0 encoded as fields of the series, for 2.0 as
/// <see cref="StoredExemplar"/>s.
/// </summary>
internal sealed class ExemplarFields(BufferPool buffers, bool areStored) : IDisposable
{
    private const int SeriesField = 3;
    private const int IdLength = StoredExemplar.LongestId;

    private readonly PooledBufferWriter _bytes = new(buffers, "exemplars");
    private readonly PooledBufferWriter _bucket = new(buffers, "exemplars of a bucket");
    private readonly List<(int Bucket, int Start, int End)> _exemplars = [];

    /// <summary>All of them.</summary>
    public ReadOnlySpan<byte> All => _exemplars.Count == 0 ? [] : _bytes.WrittenSpan;

    /// <summary>Reads those of a data point.</summary>
    /// <param name="message">The data point.</param>
    /// <param name="kind">What it is of.</param>
    /// <param name="bounds">The bounds of its buckets, ascending; empty for none.</param>
    /// <param name="timeMs">The time of the data point, which an exemplar without one gets: receivers want one.</param>
    /// <param name="latestMs">The latest time that an exemplar may have: one that is later is left out, as receivers take none before it any more.</param>
    public void Read(ReadOnlySpan<byte> message, DataKind kind, double[] bounds, long timeMs, long latestMs)
    {
        _exemplars.Clear();
        _bytes.Clear();
        var field = PointReader.ExemplarsField(kind);
        if (field == 0)
        {
            return;
        }

        foreach (var encoded in new RepeatedField(message, field))
        {
            var exemplar = PointReader.ReadExemplar(encoded);
            if (exemplar.TimeUnixMs > latestMs)
            {
                continue;
            }

            var start = _bytes.Length;
            Write(in exemplar, exemplar.TimeUnixMs == 0 ? timeMs : exemplar.TimeUnixMs);
            var bucket = Array.BinarySearch(bounds, exemplar.Value);
            _exemplars.Add((bucket >= 0 ? bucket : ~bucket, start, _bytes.Length));
        }
    }

    /// <summary>Those of one bucket.</summary>
    public ReadOnlySpan<byte> Of(int bucket)
    {
        if (_exemplars.Count == 0)
        {
            return [];
        }

        _bucket.Clear();
        foreach (var (of, start, end) in _exemplars)
        {
            if (of == bucket)
            {
                _bucket.Write(_bytes.WrittenSpan[start..end]);
            }
        }

        return _bucket.WrittenSpan;
    }

    public void Dispose()
    {
        _exemplars.Clear();
        _bytes.Dispose();
        _bucket.Dispose();
    }

    private void Write(ref readonly Exemplar exemplar, long timeMs)
    {
        if (areStored)
        {
            new StoredExemplar { Value = exemplar.Value, TimeMs = timeMs, SpanId = IdOf(exemplar.SpanId), TraceId = IdOf(exemplar.TraceId) }.Write(_bytes);
            return;
        }

        var writer = new ProtoWriter(_bytes);
        var mark = writer.BeginMessage(SeriesField);
        WriteId(writer, "span_id"u8, IdOf(exemplar.SpanId));
        WriteId(writer, "trace_id"u8, IdOf(exemplar.TraceId));
        writer.Fixed64(2, BitConverter.DoubleToUInt64Bits(exemplar.Value));
        writer.Varint(3, (ulong)timeMs);
        writer.EndMessage(mark);
    }

    private static ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> id) => id.Length > IdLength ? [] : id;

    private static void WriteId(ProtoWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty)
        {
            return;
        }

        Span<byte> digits = stackalloc byte[2 * IdLength];
        Convert.TryToHexStringLower(id, digits, out var length);
        var mark = writer.BeginMessage(1);
        writer.Bytes(1, name);
        writer.Bytes(2, digits[..length]);
        writer.EndMessage(mark);
    }
}
