using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sluice.Telemetry;

/// <summary>Where in a trace a sender was (W3C Trace Context, <c>traceparent</c>).</summary>
/// <param name="TraceId">The trace; never empty.</param>
/// <param name="SpanId">The sender's span, big-endian; never 0.</param>
/// <param name="Flags">The trace flags.</param>
public readonly record struct TraceParent(TraceId TraceId, ulong SpanId, byte Flags)
{
    /// <summary>Characters of version 00: <c>00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01</c>.</summary>
    public const int Length = 55;

    /// <summary>Reads the header.</summary>
    /// <returns>Null when it is absent or not one.</returns>
    public static TraceParent? Read(string? text) => Read(text.AsSpan());

    /// <summary>Reads the header from UTF-8.</summary>
    /// <returns>Null when it is not one.</returns>
    public static TraceParent? Read(ReadOnlySpan<byte> utf8)
    {
        const int LongestFuture = 512;
        Span<char> text = stackalloc char[LongestFuture];
        return Ascii.ToUtf16(utf8, text, out var length) == OperationStatus.Done ? Read(text[..length]) : null;
    }

    private static TraceParent? Read(ReadOnlySpan<char> text)
    {
        // Versions after 00 may append fields behind a dash; 00 is 55 characters, ff is forbidden.
        if (text.Length < Length || text[2] != '-' || text[35] != '-' || text[52] != '-'
            || (text.Length > Length && (text.StartsWith("00") || text[Length] != '-'))
            || text.StartsWith("ff"))
        {
            return null;
        }

        if (!TryHex(text.Slice(0, 2), out _) || !TryHex(text.Slice(3, 16), out var high) || !TryHex(text.Slice(19, 16), out var low)
            || !TryHex(text.Slice(36, 16), out var span) || !TryHex(text.Slice(53, 2), out var flags) || (high | low) == 0 || span == 0)
        {
            return null;
        }

        return new TraceParent(new TraceId(high, low), span, (byte)flags);
    }

    /// <summary>Writes the header in version 00: <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> space)
    {
        "00-"u8.CopyTo(space);
        TraceId.High.TryFormat(space[3..], out _, "x16", CultureInfo.InvariantCulture);
        TraceId.Low.TryFormat(space[19..], out _, "x16", CultureInfo.InvariantCulture);
        space[35] = (byte)'-';
        SpanId.TryFormat(space[36..], out _, "x16", CultureInfo.InvariantCulture);
        space[52] = (byte)'-';
        Flags.TryFormat(space[53..], out _, "x2", CultureInfo.InvariantCulture);
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out ulong value)
    {
        value = 0;
        return !digits.ContainsAnyInRange('A', 'F') && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
