using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>The series of <c>WriteRequest</c>s, of remote write 1.0: kept as they are sent.</summary>
internal sealed class WriteRequestBody(BufferPool buffers, int limit) : SeriesBody(buffers, limit)
{
    private const byte SeriesTag = 0x0A;
    private const int HeadRoom = 48;

    protected override int Size => Output.Length;

    public override void WriteSample(ReadOnlySpan<byte> labels, double value, long timeMs, long startMs, ReadOnlySpan<byte> exemplars = default)
    {
        Span<byte> sample = stackalloc byte[32];
        var length = EncodeSample(sample, value, timeMs);
        sample[1] = (byte)(length - 2);
        WriteSeries(labels, sample[..length], exemplars);
    }

    public override void WriteSeries(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> samples, ReadOnlySpan<byte> exemplars)
    {
        var length = labels.Length + samples.Length + exemplars.Length;
        var space = Output.GetSpan(length + HeadRoom);
        space[0] = SeriesTag;
        var written = 1 + ProtoWriter.WriteVarint(space[1..], (ulong)length);
        labels.CopyTo(space[written..]);
        written += labels.Length;
        samples.CopyTo(space[written..]);
        written += samples.Length;
        exemplars.CopyTo(space[written..]);
        Output.Advance(written + exemplars.Length);
    }

    protected override RequestMessage Message(int start, int end) => new(Output.WrittenMemory[start..end]);

    protected override void Resize()
    {
    }

    protected override int SizeTo(int offset) => offset;
}
