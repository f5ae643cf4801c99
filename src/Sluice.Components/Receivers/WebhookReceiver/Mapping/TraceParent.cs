using System.Globalization;
using Sluice.Telemetry;

namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>Where in a trace a sender was (W3C Trace Context, <c>traceparent</c>).</summary>
internal readonly record struct TraceParent(TraceId TraceId, ulong SpanId, byte Flags)
{
    private const int VersionZeroLength = 55;

    /// <summary>Reads the header.</summary>
    /// <returns>Null when it is absent or not one.</returns>
    public static TraceParent? Read(string? text)
    {
        // Versions after 00 may append fields behind a dash; 00 is 55 characters, ff is forbidden.
        if (text is null || text.Length < VersionZeroLength || text[2] != '-' || text[35] != '-' || text[52] != '-'
            || (text.Length > VersionZeroLength && (text.StartsWith("00", StringComparison.Ordinal) || text[VersionZeroLength] != '-'))
            || text.StartsWith("ff", StringComparison.Ordinal))
        {
            return null;
        }

        if (!TryHex(text.AsSpan(0, 2), out _) || !TryHex(text.AsSpan(3, 16), out var high) || !TryHex(text.AsSpan(19, 16), out var low)
            || !TryHex(text.AsSpan(36, 16), out var span) || !TryHex(text.AsSpan(53, 2), out var flags) || (high | low) == 0 || span == 0)
        {
            return null;
        }

        return new TraceParent(new TraceId(high, low), span, (byte)flags);
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out ulong value)
    {
        value = 0;
        return !digits.ContainsAnyInRange('A', 'F') && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
