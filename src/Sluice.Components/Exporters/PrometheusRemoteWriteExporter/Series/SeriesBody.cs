using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>
/// The series of requests to come, one behind the other, and where they may be cut into requests. What is of one entry of the journal is kept
/// together, or is cut where its own length says: the same requests come again when it is sent again.
/// </summary>
/// <param name="buffers">Where its memory comes from.</param>
/// <param name="limit">Bytes of a request.</param>
internal abstract class SeriesBody(BufferPool buffers, int limit) : IDisposable
{
    /// <summary>The value that says that a series has ended; https://prometheus.io/docs/specs/prw/remote_write_spec/, "Stale markers".</summary>
    public static readonly double StaleNaN = BitConverter.UInt64BitsToDouble(0x7ff0_0000_0000_0002);

    private const byte SampleTag = 0x12;
    private const byte ValueTag = 0x09;
    private const byte TimeTag = 0x10;

    private readonly List<PointStart> _points = [];

    /// <summary>Where the entry at hand begins.</summary>
    public int EntryStart { get; private set; }

    /// <summary>A part of the entry at hand has been cut off.</summary>
    public bool EntryIsCut { get; private set; }

    /// <summary>Nothing is there.</summary>
    public bool IsEmpty => Output.Length == 0;

    /// <summary>The end of what is there, as a place to cut.</summary>
    public int Length => Output.Length;

    /// <summary>The data points of the entry at hand, as far as they are not cut off.</summary>
    public IReadOnlyList<PointStart> Points => _points;

    /// <summary>The series, as they are kept.</summary>
    protected PooledBufferWriter Output { get; } = new(buffers, "remote write series");

    /// <summary>Bytes that a request with all that is there would have, at most.</summary>
    protected abstract int Size { get; }

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        Output.Clear();
        Resize();
        BeginEntry();
    }

    /// <summary>What is written next is of another entry.</summary>
    public void BeginEntry()
    {
        EntryStart = Output.Length;
        _points.Clear();
        EntryIsCut = false;
    }

    /// <summary>What is written next is of another data point: a place to cut.</summary>
    /// <param name="record">The index of its metric in the entry; negative for none.</param>
    /// <param name="series">What orders it.</param>
    public void BeginPoint(int record, SeriesTime series) => _points.Add(new PointStart(Output.Length, Size, record, series));

    /// <summary>Where to cut, if there is more than a request may have; 0 for nowhere. At the entry's start it is what came before it.</summary>
    public int FindCut()
    {
        if (Size <= limit)
        {
            return 0;
        }

        if (EntryStart > 0)
        {
            return EntryStart;
        }

        var cut = 0;
        foreach (var point in _points)
        {
            if (point.Size > limit && cut > 0)
            {
                break;
            }

            cut = point.Offset;
        }

        return cut;
    }

    /// <summary>Whether a cut is inside the entry at hand.</summary>
    public bool IsInsideEntry(int cut) => cut > EntryStart;

    /// <summary>How many data points of the entry at hand come before a cut inside it.</summary>
    public int PointsBefore(int cut)
    {
        var count = 0;
        while (count < _points.Count && _points[count].Offset < cut)
        {
            count++;
        }

        return count;
    }

    /// <summary>Takes the first bytes away, which were sent.</summary>
    public void Remove(int cut)
    {
        EntryIsCut |= IsInsideEntry(cut);
        var rest = Output.Length - cut;
        var all = Output.WrittenForUpdate;
        all[cut..].CopyTo(all);
        Output.Truncate(rest);
        EntryStart = Math.Max(0, EntryStart - cut);
        _points.RemoveRange(0, PointsBefore(cut));
        Resize();
        for (var i = 0; i < _points.Count; i++)
        {
            var offset = _points[i].Offset - cut;
            _points[i] = _points[i] with { Offset = offset, Size = SizeTo(offset) };
        }

        SizeTo(rest);
    }

    /// <summary>The message with everything before a cut.</summary>
    public RequestMessage Message(int cut) => Message(0, cut);

    /// <summary>The message with some data points of the entry at hand.</summary>
    /// <param name="first">The index of the first.</param>
    /// <param name="end">The index behind the last.</param>
    public RequestMessage MessageOf(int first, int end) => Message(_points[first].Offset, end < _points.Count ? _points[end].Offset : Output.Length);

    /// <summary>Writes a series with one sample.</summary>
    /// <param name="labels">What it is, encoded.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeMs">Milliseconds since 1970.</param>
    /// <param name="startMs">When it began to be counted, likewise; 0 where that is not known, or nothing is counted.</param>
    /// <param name="exemplars">Encoded.</param>
    public abstract void WriteSample(ReadOnlySpan<byte> labels, double value, long timeMs, long startMs, ReadOnlySpan<byte> exemplars = default);

    /// <summary>Writes a series.</summary>
    /// <param name="labels">What it is, encoded.</param>
    /// <param name="samples">One sample or histogram, encoded as a field of the series.</param>
    /// <param name="exemplars">Encoded.</param>
    public abstract void WriteSeries(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> samples, ReadOnlySpan<byte> exemplars);

    /// <summary>Returns the memory; it may be used again afterwards.</summary>
    public virtual void Dispose()
    {
        Output.Dispose();
        Resize();
        BeginEntry();
    }

    /// <summary>Makes the message with what stands between two places.</summary>
    protected abstract RequestMessage Message(int start, int end);

    /// <summary>Sets the size to 0; <see cref="SizeTo"/> follows, up to the end.</summary>
    protected abstract void Resize();

    /// <summary>Adds to the size what stands between the place of the last call and this one.</summary>
    /// <returns>The size.</returns>
    protected abstract int SizeTo(int offset);

    /// <summary>Writes a sample as a field of a series, as far as both versions have the same. Its length, at index 1, is the caller's to write.</summary>
    /// <returns>The bytes written.</returns>
    protected static int EncodeSample(Span<byte> sample, double value, long timeMs)
    {
        sample[0] = SampleTag;
        sample[2] = ValueTag;
        BinaryPrimitives.WriteDoubleLittleEndian(sample[3..], value);
        sample[11] = TimeTag;
        return 12 + ProtoWriter.WriteVarint(sample[12..], (ulong)timeMs);
    }
}
