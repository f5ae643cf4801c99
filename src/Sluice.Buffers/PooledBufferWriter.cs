using System.Buffers;

namespace Sluice.Buffers;

/// <summary>
/// A growing contiguous output buffer over a <see cref="BufferPool"/>. Reusable: <see cref="Clear"/> keeps the memory,
/// <see cref="Dispose"/> returns it. Not thread-safe.
/// </summary>
public sealed class PooledBufferWriter : IBufferWriter<byte>, IDisposable
{
    private readonly BufferPool _pool;
    private readonly string _purpose;
    private PooledBuffer? _buffer;
    private int _written;

    /// <summary>Creates an empty writer that rents on first use.</summary>
    public PooledBufferWriter(BufferPool pool, string purpose)
    {
        _pool = pool;
        _purpose = purpose;
    }

    /// <summary>Bytes written since the last <see cref="Clear"/>.</summary>
    public int Length => _written;

    /// <summary>Bytes rented from the pool: what budgets charge.</summary>
    public int Capacity => _buffer?.Capacity ?? 0;

    /// <summary>What has been written. Invalid after the next write.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer is null ? [] : _buffer.Array.AsSpan(0, _written);

    /// <summary>What has been written, for asynchronous readers. Invalid after the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer is null ? default : _buffer.Array.AsMemory(0, _written);

    /// <summary>What has been written, to patch in place. Invalid after the next write.</summary>
    public Span<byte> WrittenForUpdate => _buffer is null ? [] : _buffer.Array.AsSpan(0, _written);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(Capacity - _written), nameof(count));
        _written += count;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        var buffer = _buffer;
        if (buffer is null || buffer.Array.Length - _written < Math.Max(sizeHint, 1))
        {
            buffer = Grow(sizeHint);
        }

        return buffer.Array.AsSpan(_written);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return _buffer!.Array.AsMemory(_written);
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _written += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    public void WriteByte(byte value)
    {
        GetSpan(1)[0] = value;
        _written++;
    }

    /// <summary>Cuts what was written back to <paramref name="length"/> bytes.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_written, nameof(length));
        _written = length;
    }

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Clear() => _written = 0;

    /// <summary>Hands the memory over to the caller, who disposes it; the writer is empty afterwards. Note <see cref="Length"/> before.</summary>
    public PooledBuffer Detach()
    {
        var buffer = _buffer ?? _pool.Rent(0, _purpose);
        _buffer = null;
        _written = 0;
        return buffer;
    }

    /// <summary>Returns the memory. The writer may be used again afterwards.</summary>
    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
        _written = 0;
    }

    private PooledBuffer Grow(int sizeHint)
    {
        var needed = checked(_written + Math.Max(sizeHint, 1));
        var larger = _pool.Rent(Math.Max(needed, (int)Math.Min(2L * Capacity, Array.MaxLength)), _purpose);
        if (_buffer is not null)
        {
            _buffer.Array.AsSpan(0, _written).CopyTo(larger.Span);
            _buffer.Dispose();
        }

        _buffer = larger;
        return larger;
    }
}
