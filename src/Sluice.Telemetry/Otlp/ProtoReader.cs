using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sluice.Telemetry.Otlp;

/// <summary>
/// Reads the fields of one protobuf message. Never throws on bad input: a malformed field makes the reading method return false
/// with <see cref="Malformed"/> set. Values are read right after their tag, by wire type.
/// </summary>
public ref struct ProtoReader
{
    private readonly ReadOnlySpan<byte> _data;
    private int _position;
    private int _tagStart;
    private uint _tag;

    /// <summary>Reads the fields of <paramref name="message"/>.</summary>
    public ProtoReader(ReadOnlySpan<byte> message)
    {
        _data = message;
        _position = 0;
        _tagStart = 0;
        _tag = 0;
        Malformed = false;
    }

    /// <summary>Number of the current field.</summary>
    public readonly int Field => (int)(_tag >> 3);

    /// <summary>Wire type of the current field.</summary>
    public readonly WireType WireType => (WireType)(_tag & 7);

    /// <summary>The message ends inside a field, or holds a tag, length or varint that no encoder writes.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Offset of the next byte to read.</summary>
    public readonly int Position => _position;

    /// <summary>Offset of the current field's tag.</summary>
    public readonly int TagStart => _tagStart;

    /// <summary>The current field, tag included, after its value was read or skipped.</summary>
    public readonly ReadOnlySpan<byte> FieldBytes => _data[_tagStart.._position];

    /// <summary>Moves to the next field.</summary>
    /// <returns>False at the end of the message, or when it is malformed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTag()
    {
        if ((uint)_position >= (uint)_data.Length)
        {
            return false;
        }

        _tagStart = _position;
        return Wire.TryReadTag(_data, ref _position, _data.Length, out _tag) || Fail();
    }

    /// <summary>Reads a varint value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadVarint(out ulong value) => Wire.TryReadVarint(_data, ref _position, _data.Length, out value) || Fail();

    /// <summary>Reads an eight-byte value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadFixed64(out ulong value) => Wire.TryReadFixed64(_data, ref _position, _data.Length, out value) || Fail();

    /// <summary>Reads a four-byte value.</summary>
    public bool TryReadFixed32(out uint value)
    {
        if (_data.Length - _position < sizeof(uint))
        {
            value = 0;
            return Fail();
        }

        value = BinaryPrimitives.ReadUInt32LittleEndian(_data.Slice(_position, sizeof(uint)));
        _position += sizeof(uint);
        return true;
    }

    /// <summary>Reads a length-delimited value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        if (!Wire.TryReadLength(_data, ref _position, _data.Length, out var length))
        {
            value = default;
            return Fail();
        }

        value = _data.Slice(_position, length);
        _position += length;
        return true;
    }

    /// <summary>Passes over the value of the current field, whatever its type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySkip()
    {
        var next = Wire.Skip(_data, _position, _data.Length, _tag);
        if (next < 0)
        {
            return Fail();
        }

        _position = next;
        return true;
    }

    private bool Fail()
    {
        Malformed = true;
        return false;
    }
}
