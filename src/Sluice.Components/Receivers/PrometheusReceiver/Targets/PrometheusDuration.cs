using System.Globalization;
using System.Text;

namespace Sluice.Components.Receivers.PrometheusReceiver.Targets;

/// <summary>Durations as Prometheus writes them into labels: whole numbers with units, the longest first, such as 1h30m.</summary>
internal static class PrometheusDuration
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("y", TimeSpan.FromDays(365)),
        ("w", TimeSpan.FromDays(7)),
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Writes a duration; what is less than a millisecond is left out.</summary>
    public static string Format(TimeSpan duration)
    {
        var text = new StringBuilder();
        foreach (var (unit, length) in Units)
        {
            // Years and weeks only where nothing is left over, as Prometheus does: who reads 10d does not want 1w3d.
            var isWhole = duration.Ticks % length.Ticks == 0;
            if (duration >= length && (unit is not ("y" or "w") || isWhole))
            {
                text.Append(CultureInfo.InvariantCulture, $"{duration.Ticks / length.Ticks}{unit}");
                duration = new TimeSpan(duration.Ticks % length.Ticks);
            }
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    /// <summary>Reads a duration.</summary>
    /// <returns>False when it is none, or too long for a <see cref="TimeSpan"/>.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text.IsEmpty)
        {
            return false;
        }

        var next = 0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            var letters = text[digits..].IndexOfAnyInRange('0', '9');
            var unit = letters < 0 ? text[digits..] : text.Slice(digits, letters);
            while (next < Units.Length && !unit.SequenceEqual(Units[next].Unit))
            {
                next++;
            }

            if (next == Units.Length || number > (TimeSpan.MaxValue - duration).Ticks / Units[next].Length.Ticks)
            {
                return false;
            }

            duration += new TimeSpan(Units[next].Length.Ticks * number);
            next++;
            text = text[(digits + unit.Length)..];
        }

        return true;
    }
}
