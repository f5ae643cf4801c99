using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sluice.Telemetry.Otlp;

/// <summary>
/// Reads the fields of one protobuf message. Never throws on bad input: a malformed field makes <see cref="TryReadTag"/> return false
/// with <see cref="Malformed"/> set. Values are read right after their tag, by wire type.
/// </summary>
public ref struct ProtoReader
{
    private readonly ReadOnlySpan<byte> _data;
    private int _position;
    private int _tagStart;

    /// <summary>Reads the fields of <paramref name="message"/>.</summary>
    public ProtoReader(ReadOnlySpan<byte> message)
    {
        _data = message;
        _position = 0;
        _tagStart = 0;
        Field = 0;
        WireType = default;
        Malformed = false;
    }

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of the current field.</summary>
    public WireType WireType { get; private set; }

    /// <summary>The message ends inside a field, or holds a tag or varint that no encoder writes.</summary>
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
        uint tag = _data[_position];
        if (tag < 0x80)
        {
            _position++;
        }
        else if (!TryReadLongTag(out tag))
        {
            return false;
        }

        Field = (int)(tag >> 3);
        WireType = (WireType)(tag & 7);
        if (Field == 0 || (tag & 7) > 5)
        {
            return Fail();
        }

        return true;
    }

    /// <summary>Reads a varint value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadVarint(out ulong value)
    {
        if ((uint)_position < (uint)_data.Length && _data[_position] < 0x80)
        {
            value = _data[_position++];
            return true;
        }

        return TryReadLongVarint(out value);
    }

    /// <summary>Reads an eight-byte value.</summary>
    public bool TryReadFixed64(out ulong value)
    {
        if (_data.Length - _position < 8)
        {
            value = 0;
            return Fail();
        }

        value = BinaryPrimitives.ReadUInt64LittleEndian(_data[_position..]);
        _position += 8;
        return true;
    }

    /// <summary>Reads a four-byte value.</summary>
    public bool TryReadFixed32(out uint value)
    {
        if (_data.Length - _position < 4)
        {
            value = 0;
            return Fail();
        }

        value = BinaryPrimitives.ReadUInt32LittleEndian(_data[_position..]);
        _position += 4;
        return true;
    }

    /// <summary>Reads a length-delimited value.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        if (!TryReadVarint(out var length) || length > (ulong)(_data.Length - _position))
        {
            value = default;
            return Fail();
        }

        value = _data.Slice(_position, (int)length);
        _position += (int)length;
        return true;
    }

    /// <summary>Passes over the value of the current field, whatever its type.</summary>
    public bool TrySkip() => WireType switch
    {
        WireType.Varint => TryReadVarint(out _),
        WireType.Fixed64 => TryReadFixed64(out _),
        WireType.Fixed32 => TryReadFixed32(out _),
        WireType.LengthDelimited => TryReadBytes(out _),
        WireType.StartGroup => TrySkipGroup(),
        _ => Fail(),
    };

    private bool TrySkipGroup()
    {
        // Groups nest; a small fixed bound keeps hostile input from making this expensive, and needs no recursion.
        Span<int> open = stackalloc int[32];
        var depth = 0;
        open[depth++] = Field;
        var start = _tagStart;
        while (depth > 0)
        {
            if (!TryReadTag())
            {
                return Fail();
            }

            if (WireType == WireType.EndGroup)
            {
                if (open[--depth] != Field)
                {
                    return Fail();
                }
            }
            else if (WireType == WireType.StartGroup)
            {
                if (depth == open.Length)
                {
                    return Fail();
                }

                open[depth++] = Field;
            }
            else if (!TrySkip())
            {
                return false;
            }
        }

        _tagStart = start;
        return true;
    }

    private bool TryReadLongTag(out uint tag)
    {
        if (!TryReadLongVarint(out var value) || value > uint.MaxValue)
        {
            tag = 0;
            return Fail();
        }

        tag = (uint)value;
        return true;
    }

    private bool TryReadLongVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)_position >= (uint)_data.Length)
            {
                return Fail();
            }

            var next = _data[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return Fail();
    }

    private bool Fail()
    {
        Malformed = true;
        return false;
    }
}
