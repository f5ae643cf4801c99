using System.Buffers.Binary;
using System.Text;
using Sluice.Load.Ids;

namespace Sluice.Load.Content;

/// <summary>
/// An export request that is encoded once; what makes each record unique is written over it before it is sent: its marker, its times, its trace
/// and span ids. That costs a few nanoseconds per record, so that the sender does not become what is measured. For one thread at a time.
/// </summary>
public sealed class RequestTemplate : ILoadTemplate
{
    private const ulong RecordNanoseconds = 1_300_017;
    private const ulong DurationNanoseconds = 812_345;
    private readonly byte[] _body;
    private readonly int[] _markers;
    private readonly (int Offset, int Record)[] _starts;
    private readonly (int Offset, int Record)[] _ends;
    private readonly (int Offset, int Record)[] _traceIds;
    private readonly (int Offset, int Record)[] _spanIds;
    private readonly (int Offset, int Record)[] _parentIds;

    /// <summary>Encodes a request.</summary>
    /// <param name="signal">What its records are.</param>
    /// <param name="records">How many.</param>
    /// <param name="seed">What their contents follow from.</param>
    public RequestTemplate(LoadSignal signal, int records, int seed)
    {
        _body = Content.Records.Request(signal, records, seed);
        _markers = [.. Find(Encoding.UTF8.GetBytes(Placeholder.Marker))];
        Records = records;
        if (_markers.Length != records)
        {
            throw new InvalidOperationException($"{records} records have {_markers.Length} markers.");
        }

        _starts = PlacesOf(BitConverter.GetBytes(Placeholder.Start));
        _ends = PlacesOf(BitConverter.GetBytes(Placeholder.End));
        _traceIds = PlacesOf(Placeholder.TraceId);
        _spanIds = PlacesOf(Placeholder.SpanId);
        _parentIds = PlacesOf(Placeholder.ParentId);
    }

    /// <inheritdoc/>
    public int Records { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Headers => default;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Body => _body;

    /// <inheritdoc/>
    public void Fill(int run, long first, ulong time)
    {
        Span<byte> body = _body;
        for (var i = 0; i < _markers.Length; i++)
        {
            RecordMarker.Write(body.Slice(_markers[i] + RecordMarker.Prefix.Length, RecordMarker.Digits), RecordMarker.ToId(run, first + i));
        }

        foreach (var (offset, record) in _starts)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(body[offset..], time + ((ulong)record * RecordNanoseconds));
        }

        foreach (var (offset, record) in _ends)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(body[offset..], time + ((ulong)record * RecordNanoseconds) + DurationNanoseconds);
        }

        foreach (var (offset, record) in _traceIds)
        {
            var trace = RecordMarker.ToId(run, first + record - (record % Content.Records.SpansPerTrace));
            BinaryPrimitives.WriteUInt64LittleEndian(body[offset..], Scramble(trace));
            BinaryPrimitives.WriteUInt64LittleEndian(body[(offset + sizeof(ulong))..], Scramble(~trace));
        }

        foreach (var (offset, record) in _spanIds)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(body[offset..], Scramble(RecordMarker.ToId(run, first + record)));
        }

        foreach (var (offset, record) in _parentIds)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(body[offset..], Scramble(RecordMarker.ToId(run, first + record - 1)));
        }
    }

    /// <summary>Spreads numbers over all 64 bits, one to one: the finalizer of splitmix64. The constant keeps it from being zero for the ids there are.</summary>
    private static ulong Scramble(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }

    private List<int> Find(ReadOnlySpan<byte> what)
    {
        var found = new List<int>();
        for (var from = 0; _body.AsSpan(from).IndexOf(what) is >= 0 and var at; from += at + what.Length)
        {
            found.Add(from + at);
        }

        return found;
    }

    /// <summary>A record's fields and its marker come in any order, but records do not overlap: the n-th occurrence is the n-th record's where each has one.</summary>
    private (int Offset, int Record)[] PlacesOf(ReadOnlySpan<byte> what)
    {
        var found = Find(what);
        if (found.Count == Records)
        {
            return [.. found.Select((offset, record) => (offset, record))];
        }

        // Only what stands before the marker may be missing in some records.
        return [.. found.Select(offset => (offset, _markers.Count(marker => marker < offset)))];
    }
}
