using Sluice.Buffers;

namespace Sluice.Transport.Prometheus.Exposition;

/// <summary>
/// Pooled memory in pieces, so that what grows to many megabytes is neither copied when it grows nor one block. Written by one thread, then
/// read; a long answer is read and cleared again and again while it is written. Its owner disposes it.
/// </summary>
public sealed class ExpositionBuffer(BufferPool pool) : IDisposable
{
    /// <summary>Bytes of one piece, unless something that must be in one piece is longer.</summary>
    public const int PieceSize = 64 << 10;

    /// <summary>Bytes that a length is written with: enough for 32 GiB.</summary>
    public const int LengthSize = 5;

    private readonly List<PooledBuffer> _pieces = [];
    private readonly List<int> _lengths = [];
    private byte[] _current = [];
    private long _complete;
    private int _used;
    private int _end;

    /// <summary>Bytes written.</summary>
    public long Length => _complete + _used;

    /// <summary>Space for so many bytes, in one piece; say with <see cref="Advance"/> how many were written.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_end - _used < bytes)
        {
            Grow(bytes);
        }

        return _current.AsSpan(_used, _end - _used);
    }

    /// <summary>Keeps what was written into the space reserved last.</summary>
    public void Advance(int bytes) => _used += bytes;

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
    }

    /// <summary>Keeps room for the length, as a varint, of what follows up to <see cref="SetLength(LengthMark)"/>.</summary>
    public LengthMark ReserveLength()
    {
        Reserve(LengthSize);
        var mark = new LengthMark(_current, _used, Length + LengthSize);
        _used += LengthSize;
        return mark;
    }

    /// <summary>Writes the length of what followed a mark. The varint is as long as the room: its upper groups may be zero, which readers take.</summary>
    public void SetLength(LengthMark mark) => SetLength(mark, Length - mark.Start);

    /// <summary>Writes the length of what is to follow a mark.</summary>
    /// <param name="mark">Where the length is to be written.</param>
    /// <param name="length">Bytes that stand, and will stand, behind the mark.</param>
    public void SetLength(LengthMark mark, long length)
    {
        for (var i = 0; i < LengthSize; i++)
        {
            var group = (int)(length & 0x7f);
            mark.Piece[mark.Offset + i] = (byte)(i < LengthSize - 1 ? group | 0x80 : group);
            length >>= 7;
        }
    }

    /// <summary>Copies everything to a stream.</summary>
    public async Task CopyToAsync(Stream output, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _pieces.Count; i++)
        {
            var length = i < _lengths.Count ? _lengths[i] : _used;
            await output.WriteAsync(_pieces[i].Array.AsMemory(0, length), cancellationToken);
        }
    }

    /// <summary>Everything, in one array; for small answers and tests.</summary>
    public byte[] ToArray()
    {
        using var all = new MemoryStream();
        for (var i = 0; i < _pieces.Count; i++)
        {
            all.Write(_pieces[i].Array, 0, i < _lengths.Count ? _lengths[i] : _used);
        }

        return all.ToArray();
    }

    /// <summary>Forgets what was written, and keeps one piece for what follows.</summary>
    public void Clear()
    {
        if (_pieces.Count == 0)
        {
            return;
        }

        for (var i = _pieces.Count - 1; i > 0; i--)
        {
            _pieces[i].Dispose();
            _pieces.RemoveAt(i);
        }

        _lengths.Clear();
        (_current, _used, _end, _complete) = (_pieces[0].Array, 0, _pieces[0].Capacity, 0);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (var piece in _pieces)
        {
            piece.Dispose();
        }

        _pieces.Clear();
        _lengths.Clear();
        (_current, _used, _end, _complete) = ([], 0, 0, 0);
    }

    /// <summary>Where a length is to be written.</summary>
    /// <param name="Piece">The memory.</param>
    /// <param name="Offset">Where in it.</param>
    /// <param name="Start">Where in everything that begins whose length it is.</param>
    public readonly record struct LengthMark(byte[] Piece, int Offset, long Start);

    private void Grow(int bytes)
    {
        if (_pieces.Count > 0)
        {
            _lengths.Add(_used);
            _complete += _used;
        }

        var piece = pool.Rent(Math.Max(bytes, PieceSize), "prometheus exposition");
        _pieces.Add(piece);
        (_current, _used, _end) = (piece.Array, 0, piece.Array.Length);
    }
}
