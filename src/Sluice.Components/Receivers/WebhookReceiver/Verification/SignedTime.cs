using System.Globalization;

namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>Reads signed times.</summary>
internal static class SignedTime
{
    /// <summary>Reads one; strict, since a time with room for doubt is none.</summary>
    public static bool TryParse(string text, TimestampFormat format, out DateTimeOffset time)
    {
        time = default;
        if (format == TimestampFormat.Rfc3339)
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var milliseconds = format == TimestampFormat.UnixMs ? number : number > long.MaxValue / 1000 ? long.MaxValue : number * 1000;
        if (milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return true;
    }
}
