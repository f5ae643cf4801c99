using System.Runtime.CompilerServices;

namespace Sluice.Telemetry;

/// <summary>Points in time as RFC 3339 text.</summary>
public static class Rfc3339
{
    /// <summary>Characters of a time with nine digits of fraction: <c>2006-01-02T15:04:05.123456789Z</c>.</summary>
    public const int Length = 30;

    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const int SecondsPerDay = 86_400;

    /// <summary>Characters up to the fraction: <c>2006-01-02T15:04:05</c>.</summary>
    private const int WholeLength = 19;

    /// <summary>Writes a time in UTC with nine digits of fraction: <see cref="Length"/> bytes.</summary>
    /// <param name="unixNano">Nanoseconds since 1970.</param>
    /// <param name="space">Where it goes.</param>
    public static void Write(ulong unixNano, Span<byte> space)
    {
        var (seconds, nanoseconds) = Math.DivRem(unixNano, NanosecondsPerSecond);
        var days = (int)(seconds / SecondsPerDay);
        var second = (int)(seconds % SecondsPerDay);
        var (year, month, day) = CivilDate(days);

        space = space[..Length];
        TwoDigits(space, 0, year / 100);
        TwoDigits(space, 2, year % 100);
        TwoDigits(space, 5, month);
        TwoDigits(space, 8, day);
        TwoDigits(space, 11, second / 3600);
        TwoDigits(space, 14, second / 60 % 60);
        TwoDigits(space, 17, second % 60);
        var fraction = (int)nanoseconds;
        TwoDigits(space, 27, fraction % 100);
        TwoDigits(space, 25, fraction / 100 % 100);
        TwoDigits(space, 23, fraction / 10_000 % 100);
        TwoDigits(space, 21, fraction / 1_000_000 % 100);
        space[20] = (byte)('0' + (fraction / 100_000_000));
        space[4] = space[7] = (byte)'-';
        space[10] = (byte)'T';
        space[13] = space[16] = (byte)':';
        space[19] = (byte)'.';
        space[29] = (byte)'Z';
    }

    /// <summary>
    /// Writes a time in UTC with as many digits of fraction as it needs, in threes: none, milli-, micro- or nanoseconds, which is how most
    /// senders write their times.
    /// </summary>
    /// <param name="unixNano">Nanoseconds since 1970.</param>
    /// <param name="space">At least <see cref="Length"/> bytes; those behind the text are overwritten too.</param>
    /// <returns>Bytes of the text.</returns>
    public static int WriteShortest(ulong unixNano, Span<byte> space)
    {
        Write(unixNano, space);
        var nanoseconds = unixNano % NanosecondsPerSecond;
        if (nanoseconds % 1000 != 0)
        {
            return Length;
        }

        var length = nanoseconds == 0 ? WholeLength : nanoseconds % 1_000_000 == 0 ? WholeLength + 4 : WholeLength + 7;
        space[length] = (byte)'Z';
        return length + 1;
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
