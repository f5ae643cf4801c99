using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Sluice.Telemetry.Encoders;

/// <summary>Values other than text and nesting.</summary>
public ref partial struct JsonOutput
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const int SecondsPerDay = 86_400;

    /// <summary>Characters of a time: <c>"2006-01-02T15:04:05.123456789Z"</c>.</summary>
    private const int TimeLength = 32;

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
        var (seconds, nanoseconds) = Math.DivRem(unixNano, NanosecondsPerSecond);
        var days = (int)(seconds / SecondsPerDay);
        var second = (int)(seconds % SecondsPerDay);
        var (year, month, day) = CivilDate(days);

        var space = Value(TimeLength)[..TimeLength];
        TwoDigits(space, 1, year / 100);
        TwoDigits(space, 3, year % 100);
        TwoDigits(space, 6, month);
        TwoDigits(space, 9, day);
        TwoDigits(space, 12, second / 3600);
        TwoDigits(space, 15, second / 60 % 60);
        TwoDigits(space, 18, second % 60);
        var fraction = (int)nanoseconds;
        TwoDigits(space, 28, fraction % 100);
        TwoDigits(space, 26, fraction / 100 % 100);
        TwoDigits(space, 24, fraction / 10_000 % 100);
        TwoDigits(space, 22, fraction / 1_000_000 % 100);
        space[21] = (byte)('0' + (fraction / 100_000_000));
        space[0] = space[31] = (byte)'"';
        space[5] = space[8] = (byte)'-';
        space[11] = (byte)'T';
        space[14] = space[17] = (byte)':';
        space[20] = (byte)'.';
        space[30] = (byte)'Z';
        _used += TimeLength;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoDigits(Span<byte> space, int at, int value)
    {
        var tens = value / 10;
        space[at + 1] = (byte)('0' + value - (tens * 10));
        space[at] = (byte)('0' + tens);
    }

    /// <summary>
    /// The Gregorian date of a day counted from 1970. Years are taken to begin in March, so that the leap day is the last of its year and
    /// month lengths follow 153 days in five months; an era is 400 years, 146,097 days.
    /// </summary>
    private static (int Year, int Month, int Day) CivilDate(int daysSince1970)
    {
        const int DaysFromYear0ToEpoch = 719_468;
        var days = daysSince1970 + DaysFromYear0ToEpoch;
        var era = days / 146_097;
        var dayOfEra = days - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var marchMonth = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * marchMonth) + 2) / 5) + 1;
        var month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        var year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
        return (year, month, day);
    }
}
