using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;

namespace Sluice.Telemetry.Encoders;

/// <summary>Values other than text and nesting.</summary>
public ref partial struct JsonOutput
{
    /// <summary>Writes <c>null</c>.</summary>
    public void Null() => Ready("null"u8);

    /// <summary>Writes <c>true</c> or <c>false</c>.</summary>
    public void Boolean(bool value) => Ready(value ? "true"u8 : "false"u8);

    /// <summary>Writes a signed integer as a number, all 64 bits.</summary>
    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Value(20), out var written);
        _used += written;
    }

    /// <summary>Writes an unsigned integer as a number, all 64 bits.</summary>
    public void Number(ulong value)
    {
        Utf8Formatter.TryFormat(value, Value(20), out var written);
        _used += written;
    }

    /// <summary>Writes a signed integer as a string, as ProtoJSON does with 64 bits.</summary>
    public void QuotedNumber(long value)
    {
        var space = Value(22);
        space[0] = (byte)'"';
        Utf8Formatter.TryFormat(value, space[1..], out var written);
        space[written + 1] = (byte)'"';
        _used += written + 2;
    }

    /// <summary>Writes an unsigned integer as a string, as ProtoJSON does with 64 bits.</summary>
    public void QuotedNumber(ulong value)
    {
        var space = Value(22);
        space[0] = (byte)'"';
        Utf8Formatter.TryFormat(value, space[1..], out var written);
        space[written + 1] = (byte)'"';
        _used += written + 2;
    }

    /// <summary>
    /// Writes the shortest number that reads back as the same double, always with a fraction or an exponent, so that a reader can tell it
    /// from an integer; <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c> as strings, as ProtoJSON does.
    /// </summary>
    public void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            Ready(double.IsNaN(value) ? "\"NaN\""u8 : value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
            return;
        }

        var space = Value(34);
        value.TryFormat(space, out var written, default, CultureInfo.InvariantCulture);
        if (space[..written].IndexOfAny((byte)'.', (byte)'E') < 0)
        {
            space[written++] = (byte)'.';
            space[written++] = (byte)'0';
        }

        _used += written;
    }

    /// <summary>Writes bytes as lower-case hexadecimal text.</summary>
    public void Hex(scoped ReadOnlySpan<byte> bytes)
    {
        var space = Value((bytes.Length * 2) + 2);
        space[0] = (byte)'"';
        Convert.TryToHexStringLower(bytes, space[1..], out var written);
        space[written + 1] = (byte)'"';
        _used += written + 2;
    }

    /// <summary>Writes two big-endian numbers as 32 lower-case hexadecimal digits.</summary>
    public void Hex(ulong high, ulong low)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
        Hex(bytes);
    }

    /// <summary>Writes bytes as padded base64 text (RFC 4648 section 4).</summary>
    public void Base64Text(scoped ReadOnlySpan<byte> bytes)
    {
        var space = Value(Base64.GetMaxEncodedToUtf8Length(bytes.Length) + 2);
        space[0] = (byte)'"';
        Base64.EncodeToUtf8(bytes, space[1..], out _, out var written);
        space[written + 1] = (byte)'"';
        _used += written + 2;
    }

    /// <summary>Writes nanoseconds since 1970 as RFC 3339 text in UTC with nine digits of fraction.</summary>
    public void Time(ulong unixNano)
    {
        const int Quoted = Rfc3339.Length + 2;
        var space = Value(Quoted)[..Quoted];
        space[0] = space[Quoted - 1] = (byte)'"';
        Rfc3339.Write(unixNano, space[1..]);
        _used += Quoted;
    }
}
