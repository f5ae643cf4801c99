using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>
/// The series of <c>io.prometheus.write.v2.Request</c>s, of remote write 2.0; https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/. Strings are
/// symbols of the request that a series will be in, which is not known before it is cut: so series are kept as frames, whose strings are numbers of
/// the symbol table, and become messages when they are sent.
/// </summary>
/// <remarks>
/// A frame: its length, that of the header, the <see cref="SeriesHeader"/>, the length of the sample (four bytes each), the sample as a field of the
/// series, and the exemplars as <see cref="ExemplarFields"/> has them.
/// </remarks>
internal sealed class RequestBody(BufferPool buffers, int limit, SymbolTable known) : SeriesBody(buffers, limit)
{
    private const int SeriesField = 5;
    private const int LabelsField = 1;
    private const int ExemplarsField = 4;
    private const int MetadataField = 5;
    private const byte StartTag = 0x18;

    /// <summary>Tags and lengths of a series and its parts, and metadata: at most.</summary>
    private const int SeriesRoom = 24;

    /// <summary>Tag, length and values of an exemplar and its references: at most.</summary>
    private const int ExemplarRoom = 48;

    /// <summary>Tag and length of a symbol: at most, but for one of megabytes.</summary>
    private const int SymbolRoom = 4;

    private readonly PooledBufferWriter _series = new(buffers, "remote write series of a request");
    private readonly PooledBufferWriter _message = new(buffers, "remote write message");
    private readonly RequestSymbols _symbols = new(buffers, known);
    private uint[] _references = new uint[64];

    /// <summary>Of each known string, the last count of symbols that it was in.</summary>
    private int[] _counted = [];

    private int _counting;
    private int _symbolCount;
    private int _size;
    private int _sized;

    protected override int Size => _size;

    public override void WriteSample(ReadOnlySpan<byte> labels, double value, long timeMs, long startMs, ReadOnlySpan<byte> exemplars = default)
    {
        Span<byte> sample = stackalloc byte[40];
        var length = EncodeSample(sample, value, timeMs);
        if (startMs != 0)
        {
            sample[length++] = StartTag;
            length += ProtoWriter.WriteVarint(sample[length..], (ulong)startMs);
        }

        sample[1] = (byte)(length - 2);
        WriteSeries(labels, sample[..length], exemplars);
    }

    public override void WriteSeries(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> samples, ReadOnlySpan<byte> exemplars)
    {
        const int Lengths = 3 * sizeof(int);
        var length = Lengths + labels.Length + samples.Length + exemplars.Length;
        var space = Output.GetSpan(length);
        BinaryPrimitives.WriteInt32LittleEndian(space, length);
        BinaryPrimitives.WriteInt32LittleEndian(space[sizeof(int)..], labels.Length);
        labels.CopyTo(space[(2 * sizeof(int))..]);
        space = space[((2 * sizeof(int)) + labels.Length)..];
        BinaryPrimitives.WriteInt32LittleEndian(space, samples.Length);
        samples.CopyTo(space[sizeof(int)..]);
        exemplars.CopyTo(space[(sizeof(int) + samples.Length)..]);
        Output.Advance(length);
        SizeTo(Output.Length);
    }

    public override void Dispose()
    {
        base.Dispose();
        _series.Dispose();
        _message.Dispose();
        _symbols.Dispose();
    }

    protected override void Resize()
    {
        (_size, _sized, _symbolCount) = (0, 0, 0);
        _counting++;
    }

    protected override int SizeTo(int offset)
    {
        if (_counted.Length < known.End)
        {
            Array.Resize(ref _counted, Math.Max(known.End, 2 * _counted.Length));
        }

        for (var rest = Output.WrittenSpan[_sized..offset]; !rest.IsEmpty;)
        {
            Measure(Frame.Read(ref rest));
        }

        _sized = offset;
        return _size;
    }

    protected override RequestMessage Message(int start, int end)
    {
        _symbols.Begin();
        _series.Clear();
        var samples = 0;
        for (var rest = Output.WrittenSpan[start..end]; !rest.IsEmpty; samples++)
        {
            Write(Frame.Read(ref rest));
        }

        _message.Clear();
        _message.Write(_symbols.Fields);
        _message.Write(_series.WrittenSpan);
        return new RequestMessage(_message.WrittenMemory, samples);
    }

    private void Measure(Frame frame)
    {
        var header = new SeriesHeader(frame.Header);
        for (var i = 0; i < header.LabelCount; i++)
        {
            Count(header.Label(i));
        }

        var metadata = header.Metadata;
        Count(metadata.Help);
        Count(metadata.Unit);
        _size += SeriesRoom + frame.Sample.Length + (header.LabelCount * ProtoWriter.VarintSize((ulong)_symbolCount));
        for (var rest = frame.Exemplars; !rest.IsEmpty;)
        {
            var exemplar = StoredExemplar.Read(ref rest);
            _symbolCount += 2;
            _size += ExemplarRoom + (2 * (SymbolRoom + exemplar.TraceId.Length + exemplar.SpanId.Length));
        }
    }

    private void Count(int id)
    {
        if (_counted[id] != _counting)
        {
            _counted[id] = _counting;
            _symbolCount++;
            _size += SymbolRoom + known[id].Length;
        }
    }

    private void Write(Frame frame)
    {
        var header = new SeriesHeader(frame.Header);
        var writer = new ProtoWriter(_series);
        var mark = writer.BeginMessage(SeriesField);
        var count = header.LabelCount;
        if (_references.Length < count)
        {
            Array.Resize(ref _references, Math.Max(count, 2 * _references.Length));
        }

        for (var i = 0; i < count; i++)
        {
            _references[i] = _symbols.Of(header.Label(i));
        }

        WriteReferences(writer, _references.AsSpan(0, count));
        writer.Raw(frame.Sample);
        for (var rest = frame.Exemplars; !rest.IsEmpty;)
        {
            Write(writer, StoredExemplar.Read(ref rest));
        }

        Write(writer, header.Metadata);
        writer.EndMessage(mark);
    }

    private void Write(ProtoWriter writer, StoredExemplar exemplar)
    {
        Span<byte> digits = stackalloc byte[2 * StoredExemplar.LongestId];
        Span<uint> references = stackalloc uint[4];
        var count = 0;
        if (!exemplar.SpanId.IsEmpty)
        {
            references[count++] = _symbols.Of("span_id"u8);
            Convert.TryToHexStringLower(exemplar.SpanId, digits, out var length);
            references[count++] = _symbols.Of(digits[..length]);
        }

        if (!exemplar.TraceId.IsEmpty)
        {
            references[count++] = _symbols.Of("trace_id"u8);
            Convert.TryToHexStringLower(exemplar.TraceId, digits, out var length);
            references[count++] = _symbols.Of(digits[..length]);
        }

        var mark = writer.BeginMessage(ExemplarsField);
        if (count > 0)
        {
            WriteReferences(writer, references[..count]);
        }

        writer.Fixed64(2, BitConverter.DoubleToUInt64Bits(exemplar.Value));
        writer.Varint(3, (ulong)exemplar.TimeMs);
        writer.EndMessage(mark);
    }

    private void Write(ProtoWriter writer, SeriesMetadata metadata)
    {
        var mark = writer.BeginMessage(MetadataField);
        writer.Varint(1, (ulong)metadata.Type);
        if (metadata.Help != SymbolTable.Empty)
        {
            writer.Varint(3, _symbols.Of(metadata.Help));
        }

        if (metadata.Unit != SymbolTable.Empty)
        {
            writer.Varint(4, _symbols.Of(metadata.Unit));
        }

        writer.EndMessage(mark);
    }

    private static void WriteReferences(ProtoWriter writer, ReadOnlySpan<uint> references)
    {
        var length = 0;
        foreach (var reference in references)
        {
            length += ProtoWriter.VarintSize(reference);
        }

        writer.BytesHeader(LabelsField, length);
        foreach (var reference in references)
        {
            writer.RawVarint(reference);
        }
    }

    /// <summary>One series, as it is kept.</summary>
    private readonly ref struct Frame
    {
        public ReadOnlySpan<byte> Header { get; private init; }

        public ReadOnlySpan<byte> Sample { get; private init; }

        public ReadOnlySpan<byte> Exemplars { get; private init; }

        /// <summary>Takes the first one away.</summary>
        public static Frame Read(scoped ref ReadOnlySpan<byte> rest)
        {
            var frame = rest[sizeof(int)..BinaryPrimitives.ReadInt32LittleEndian(rest)];
            rest = rest[(sizeof(int) + frame.Length)..];
            var header = Take(ref frame);
            return new Frame { Header = header, Sample = Take(ref frame), Exemplars = frame };
        }

        private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> from)
        {
            var taken = from.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(from));
            from = from[(sizeof(int) + taken.Length)..];
            return taken;
        }
    }
}
