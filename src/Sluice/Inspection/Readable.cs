using System.Globalization;
using System.Text;
using Sluice.Runtime.Monitoring;

namespace Sluice.Inspection;

/// <summary>How the journal commands write sizes, times and names for people.</summary>
internal static class Readable
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Such as <c>12.3 MiB</c>.</summary>
    public static string Size(long bytes) => SizeText.Format(bytes);

    /// <summary>The two largest units, such as <c>3m 12s</c>; below ten seconds with a tenth.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 10)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#}s");
        }

        if (seconds >= TimeSpan.MaxValue.TotalSeconds)
        {
            return "for ever";
        }

        var time = TimeSpan.FromSeconds(Math.Floor(seconds));
        return time switch
        {
            { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays}d {time.Hours}h"),
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours}h {time.Minutes}m"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m {time.Seconds}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds}s"),
        };
    }

    /// <summary>UTC to the millisecond, or a dash.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "-";

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Number(ulong? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    /// <summary>One thing or several: <c>1 record</c>, <c>2 records</c>.</summary>
    public static string Count(long number, string noun) => $"{Number(number)} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>A text that does not steer the terminal, nor looks like more lines.</summary>
    public static string Text(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(character => char.IsControl(character) ? $"\\u{(int)character:x4}" : character.ToString()))
        : text;

    /// <summary>A key as text if it is any, else in hexadecimal digits behind <c>0x</c>.</summary>
    public static string Key(byte[] key)
    {
        try
        {
            var text = Strict.GetString(key);
            return text.Length > 0 && !text.Any(char.IsControl) ? text : $"0x{Convert.ToHexStringLower(key)}";
        }
        catch (DecoderFallbackException)
        {
            return $"0x{Convert.ToHexStringLower(key)}";
        }
    }
}
