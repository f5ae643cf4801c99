using System.Buffers.Binary;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>Bytes that grow, and whose memory is used again. What was read of it stays as it was when it grows.</summary>
internal sealed class ByteBuilder
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlySpan<byte> Slice(int start, int length) => _bytes.AsSpan(start, length);

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = length;

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Grow(bytes.Length));

    public void AppendByte(byte value) => Grow(1)[0] = value;

    public void AppendInt(int value) => BinaryPrimitives.WriteInt32LittleEndian(Grow(sizeof(int)), value);

    public void AppendFixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Grow(sizeof(ulong)), value);

    public void AppendVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            AppendByte((byte)(value | 0x80));
        }

        AppendByte((byte)value);
    }

    private Span<byte> Grow(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + count));
        }

        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
