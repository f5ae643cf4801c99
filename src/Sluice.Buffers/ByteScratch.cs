using System.Buffers.Binary;

namespace Sluice.Buffers;

/// <summary>
/// Bytes that are gathered again and again in the same memory, which grows to the longest. What was read of it stays as it was when it grows. Not
/// thread-safe.
/// </summary>
public sealed class ByteScratch
{
    private byte[] _bytes = new byte[256];

    /// <summary>How many are there.</summary>
    public int Length { get; private set; }

    /// <summary>What is there.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>A part of what is there.</summary>
    public ReadOnlySpan<byte> Slice(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>Forgets what is there.</summary>
    public void Clear() => Length = 0;

    /// <summary>Space for so many bytes, or more, behind what is there; say with <see cref="Advance"/> how many were written.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_bytes.Length - Length < bytes)
        {
            Grow(bytes);
        }

        return _bytes.AsSpan(Length);
    }

    /// <summary>Keeps what was written into the space reserved last.</summary>
    public void Advance(int bytes) => Length += bytes;

    /// <summary>Makes so many bytes longer what is there.</summary>
    /// <returns>Those bytes, which are to be written.</returns>
    public Span<byte> Take(int bytes)
    {
        if (_bytes.Length - Length < bytes)
        {
            Grow(bytes);
        }

        var taken = _bytes.AsSpan(Length, bytes);
        Length += bytes;
        return taken;
    }

    /// <summary>Appends bytes, which may be some of those that are there.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Appends a byte.</summary>
    public void Append(byte value) => Take(1)[0] = value;

    /// <summary>Appends four bytes, the lowest first.</summary>
    public void Append(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), value);

    /// <summary>Appends eight bytes, the lowest first.</summary>
    public void Append(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    /// <summary>Appends the eight bytes of a double, the lowest first.</summary>
    public void Append(double value) => Append(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Appends seven bits a byte: short for small numbers.</summary>
    public void AppendVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Append((byte)(value | 0x80));
        }

        Append((byte)value);
    }

    private void Grow(int bytes) => Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, checked(Length + bytes)));
}
