using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusExporter.Snapshots;

/// <summary>
/// What series were at one moment, one behind the other in pooled memory: written first, then read in the same order. Some ten bytes for a
/// number, so that copying them takes the lock of the store for a moment only. Its owner disposes it.
/// </summary>
/// <param name="pool">Where the memory comes from.</param>
/// <param name="parts">What is kept of each series.</param>
internal sealed class CapturedStates(BufferPool pool, CapturedParts parts) : IDisposable
{
    private const int PieceSize = 64 << 10;

    /// <summary>The most that a length takes.</summary>
    private const int LengthSize = 5;

    private readonly List<PooledBuffer> _pieces = [];
    private readonly List<int> _lengths = [];
    private readonly List<NumberLabels> _shared = [];
    private int _piece;
    private int _position;

    /// <summary>What is read next; may be set to where reading was before.</summary>
    public (int Piece, int Offset) Position
    {
        get => (_piece, _position);
        set => (_piece, _position) = value;
    }

    /// <inheritdoc cref="CapturedParts.Times"/>
    public bool HasTimes { get; } = parts.HasFlag(CapturedParts.Times);

    /// <inheritdoc cref="CapturedParts.Starts"/>
    public bool HasStarts { get; } = parts.HasFlag(CapturedParts.Starts);

    /// <inheritdoc cref="CapturedParts.Exemplars"/>
    public bool HasExemplars { get; } = parts.HasFlag(CapturedParts.Exemplars);

    /// <inheritdoc cref="CapturedParts.Bounds"/>
    public bool HasBounds { get; } = parts.HasFlag(CapturedParts.Bounds);

    /// <summary>The series at hand, while it is written; <see cref="Append"/> keeps it.</summary>
    public ByteScratch Current { get; } = new();

    /// <summary>Appends what stands in <see cref="Current"/>, and clears that.</summary>
    public void Append()
    {
        var state = Current.Span;
        if (_pieces.Count == 0 || _pieces[^1].Capacity - _lengths[^1] < LengthSize + state.Length)
        {
            _pieces.Add(pool.Rent(Math.Max(PieceSize, LengthSize + state.Length), "captured series"));
            _lengths.Add(0);
        }

        var space = _pieces[^1].Span[_lengths[^1]..];
        var header = ProtoWriter.WriteVarint(space, (uint)state.Length);
        state.CopyTo(space[header..]);
        _lengths[^1] += header + state.Length;
        Current.Clear();
    }

    /// <summary>The state appended next. There must be one.</summary>
    public ReadOnlySpan<byte> Next()
    {
        if (_position == _lengths[_piece])
        {
            (_piece, _position) = (_piece + 1, 0);
        }

        return Labels.LabelValues.Next(_pieces[_piece].Span, ref _position);
    }

    /// <summary>Keeps bounds, which never change, beside the bytes.</summary>
    /// <returns>What <see cref="Shared"/> finds them by.</returns>
    public ulong Share(NumberLabels labels)
    {
        // Series of one metric mostly have the same.
        if (_shared.Count == 0 || _shared[^1] != labels)
        {
            _shared.Add(labels);
        }

        return (ulong)_shared.Count - 1;
    }

    /// <summary>What was shared.</summary>
    public NumberLabels Shared(ref SavedReader state) => _shared[(int)state.ReadVarint()];

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (var piece in _pieces)
        {
            piece.Dispose();
        }

        _pieces.Clear();
        _lengths.Clear();
    }
}
