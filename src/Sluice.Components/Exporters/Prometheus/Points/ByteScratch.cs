namespace Sluice.Components.Exporters.Prometheus.Points;

/// <summary>Bytes that are gathered again and again in the same memory, which grows to the longest.</summary>
internal sealed class ByteScratch
{
    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    public int Length => _length;

    public void Clear() => _length = 0;

    /// <summary>Space for so many bytes behind what is there; say with <see cref="Advance"/> how many were written.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes));
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>Keeps what was written into the space reserved last.</summary>
    public void Advance(int bytes) => _length += bytes;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    public void Append(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(bytes, value);
        Append(bytes);
    }

    public void Append(byte value) => Append([value]);

    public void Append(double value) => Append(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Seven bits a byte: short for small numbers.</summary>
    public void AppendVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Append((byte)(value | 0x80));
        }

        Append((byte)value);
    }

    public void Append(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Append(bytes);
    }
}
