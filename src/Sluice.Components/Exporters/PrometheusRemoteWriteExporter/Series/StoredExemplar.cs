using System.Buffers.Binary;
using Sluice.Buffers;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>An exemplar, as it is kept until its request is made: its ids become symbols only then.</summary>
internal readonly ref struct StoredExemplar
{
    /// <summary>Longer ids are none.</summary>
    public const int LongestId = 16;

    private const int Fixed = 2 + (2 * sizeof(long));

    public double Value { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public long TimeMs { get; init; }

    /// <summary>Empty for none.</summary>
    public ReadOnlySpan<byte> SpanId { get; init; }

    /// <summary>Empty for none.</summary>
    public ReadOnlySpan<byte> TraceId { get; init; }

    /// <summary>Takes the first one away.</summary>
    public static StoredExemplar Read(scoped ref ReadOnlySpan<byte> rest)
    {
        var (span, trace) = (rest[0], rest[1]);
        var exemplar = new StoredExemplar
        {
            Value = BinaryPrimitives.ReadDoubleLittleEndian(rest[2..]),
            TimeMs = BinaryPrimitives.ReadInt64LittleEndian(rest[(2 + sizeof(double))..]),
            SpanId = rest.Slice(Fixed, span),
            TraceId = rest.Slice(Fixed + span, trace),
        };
        rest = rest[(Fixed + span + trace)..];
        return exemplar;
    }

    public void Write(PooledBufferWriter output)
    {
        var space = output.GetSpan(Fixed + (2 * LongestId));
        (space[0], space[1]) = ((byte)SpanId.Length, (byte)TraceId.Length);
        BinaryPrimitives.WriteDoubleLittleEndian(space[2..], Value);
        BinaryPrimitives.WriteInt64LittleEndian(space[(2 + sizeof(double))..], TimeMs);
        SpanId.CopyTo(space[Fixed..]);
        TraceId.CopyTo(space[(Fixed + SpanId.Length)..]);
        output.Advance(Fixed + SpanId.Length + TraceId.Length);
    }
}
