using System.Buffers.Binary;
using System.Text;

namespace Sluice.Journal;

/// <summary>Reads what <see cref="JournalEncoding"/> wrote. Whatever the bytes are, it throws nothing but <see cref="InvalidDataException"/>.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="where">What they are of, for messages.</param>
internal ref struct SpanDecoder(ReadOnlySpan<byte> bytes, string where)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _offset;
    private ulong _lastEpoch;

    public readonly bool IsAtEnd => _offset == _bytes.Length;

    public byte ReadByte(string what)
    {
        if (_offset == _bytes.Length)
        {
            throw Error($"{what} is missing");
        }

        return _bytes[_offset++];
    }

    public ulong ReadUnsigned(string what)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte(what);
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Error($"{what} has more than 64 bits");
    }

    public long ReadSigned(string what)
    {
        var value = ReadUnsigned(what);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Reads a number from 0 to <paramref name="max"/>.</summary>
    public long ReadCount(string what, long max)
    {
        var value = ReadUnsigned(what);
        return value <= (ulong)max ? (long)value : throw Error($"{what} is {value} and may be {max} at most");
    }

    public int ReadInt(string what, int max = int.MaxValue) => (int)ReadCount(what, max);

    /// <summary>Reads a number that is not negative and may be missing.</summary>
    public long? ReadOptional(string what)
    {
        var value = ReadUnsigned(what);
        return value == 0 ? null
            : value - 1 <= long.MaxValue ? (long)(value - 1)
            : throw Error($"{what} is {value - 1} and may be {long.MaxValue} at most");
    }

    public long ReadFixed(string what)
    {
        if (_bytes.Length - _offset < sizeof(long))
        {
            throw Error($"{what} is missing");
        }

        _offset += sizeof(long);
        return BinaryPrimitives.ReadInt64LittleEndian(_bytes[(_offset - sizeof(long))..]);
    }

    public RecordId ReadId(string what)
    {
        _lastEpoch += (ulong)ReadSigned(what);
        return new RecordId(_lastEpoch, ReadUnsigned(what));
    }

    public ReadOnlySpan<byte> ReadBytes(string what)
    {
        var length = ReadInt(what);
        var left = _bytes.Length - _offset;
        if (length > left)
        {
            throw Error($"{what} has {length} bytes, and {left} are left");
        }

        _offset += length;
        return _bytes.Slice(_offset - length, length);
    }

    /// <summary>Reads a text that is not empty.</summary>
    public string ReadName(string what) => ReadNameOrNone(what) is { Length: > 0 } name ? name : throw Error($"{what} is empty");

    /// <summary>Reads a name that may be empty.</summary>
    public string ReadNameOrNone(string what)
    {
        var text = ReadBytes(what);

        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw Error($"{what} is not UTF-8");
        }
    }

    /// <summary>Finds one of those that are known by ordinal.</summary>
    public T ReadKnown<T>(string what, ReadOnlySpan<T> known)
    {
        var ordinal = ReadUnsigned(what);
        return ordinal < (ulong)known.Length ? known[(int)ordinal] : throw Error($"{what} {ordinal} is not defined: there are {known.Length}");
    }

    /// <summary>What to throw: the message says where the bytes just read are.</summary>
    public readonly InvalidDataException Error(string problem) => new($"{where}, byte {_offset}: {problem}.");
}
