using System.Buffers;

namespace Sluice.Telemetry.Sampling;

/// <summary>
/// What a W3C trace state says of sampling: the fields <c>th</c> and <c>rv</c> of its <c>ot</c> member. Read in place, and written back
/// with another threshold. The syntax is that of W3C Trace Context Level 2 and of OpenTelemetry's trace state handling, with the
/// Collector's limits.
/// </summary>
public readonly ref struct SamplingTraceState
{
    /// <summary>Longest trace state that is read, in bytes.</summary>
    public const int MaxLength = 1024;

    /// <summary>Longest trace state that is written: one that was read, with both fields added.</summary>
    public const int MaxWrittenLength = MaxLength + 64;

    private const int MaxMembers = 31;
    private const int MaxKeyLength = 256;
    private const int MaxTenantLength = 241;
    private const int MaxSystemLength = 14;
    private const int MaxValueLength = 256;
    private const byte LastPrintable = 0x7E;

    private static readonly SearchValues<byte> KeyBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-*/"u8);

    private static readonly SearchValues<byte> FieldKeyBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789"u8);

    private static readonly SearchValues<byte> FieldValueBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"u8);

    private readonly ReadOnlySpan<byte> _text;
    private readonly ReadOnlySpan<byte> _own;

    private SamplingTraceState(ReadOnlySpan<byte> text, ReadOnlySpan<byte> own)
    {
        _text = text;
        _own = own;
    }

    /// <summary>The threshold as it stands there; empty when there is none.</summary>
    public ReadOnlySpan<byte> ThresholdText { get; private init; }

    /// <summary>The randomness as it stands there; empty when there is none.</summary>
    public ReadOnlySpan<byte> RandomnessText { get; private init; }

    /// <summary>There is a threshold.</summary>
    public bool HasThreshold => ThresholdText.Length > 0;

    /// <summary>There is a randomness.</summary>
    public bool HasRandomness => RandomnessText.Length > 0;

    /// <summary>The threshold; meaningful when there is one.</summary>
    public RejectionThreshold Threshold { get; private init; }

    /// <summary>The randomness; meaningful when there is one.</summary>
    public ulong Randomness { get; private init; }

    /// <summary>Reads a trace state.</summary>
    /// <returns>False when it is too long, not of the syntax, or its threshold or randomness is no such thing.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out SamplingTraceState state)
    {
        state = default;
        if (text.Length > MaxLength)
        {
            return false;
        }

        ReadOnlySpan<byte> own = default;
        var members = 0;
        for (var rest = text; rest.Length > 0;)
        {
            var member = Next(ref rest, (byte)',').Trim(" \t"u8);
            if (++members > MaxMembers)
            {
                return false;
            }

            if (member.Length == 0)
            {
                continue;
            }

            var equals = member.IndexOf((byte)'=');
            if (equals < 1 || !IsKey(member[..equals]) || !IsValue(member[(equals + 1)..]))
            {
                return false;
            }

            if (member.StartsWith("ot="u8))
            {
                // Of several the last counts, but all must be right.
                own = member[3..];
                if (!TryReadFields(text, own, out state))
                {
                    return false;
                }
            }
        }

        if (own.IsEmpty)
        {
            state = new SamplingTraceState(text, default);
        }

        return true;
    }

    /// <summary>Writes the trace state with another threshold and randomness: the member <c>ot</c> first, then all others as they were.</summary>
    /// <param name="threshold">Its text; empty to leave it out.</param>
    /// <param name="randomness">Its text; empty to leave it out.</param>
    /// <param name="destination">At least <see cref="MaxWrittenLength"/> bytes; must not overlap what was read.</param>
    /// <returns>Bytes written.</returns>
    public int Write(ReadOnlySpan<byte> threshold, ReadOnlySpan<byte> randomness, Span<byte> destination)
    {
        var length = 0;
        AppendField(destination, ref length, "rv:"u8, randomness);
        AppendField(destination, ref length, "th:"u8, threshold);
        for (var rest = _own; rest.Length > 0;)
        {
            var field = Next(ref rest, (byte)';');
            if (!field.StartsWith("rv:"u8) && !field.StartsWith("th:"u8))
            {
                AppendField(destination, ref length, field, default, always: true);
            }
        }

        for (var rest = _text; rest.Length > 0;)
        {
            var member = Next(ref rest, (byte)',').Trim(" \t"u8);
            if (member.Length > 0 && !member.StartsWith("ot="u8))
            {
                if (length > 0)
                {
                    destination[length++] = (byte)',';
                }

                Append(destination, ref length, member);
            }
        }

        return length;
    }

    private static void AppendField(
        Span<byte> destination, ref int length, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, bool always = false)
    {
        if (value.IsEmpty && !always)
        {
            return;
        }

        Append(destination, ref length, length == 0 ? "ot="u8 : ";"u8);
        Append(destination, ref length, field);
        Append(destination, ref length, value);
    }

    private static void Append(Span<byte> destination, ref int length, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination[length..]);
        length += bytes.Length;
    }

    private static bool TryReadFields(ReadOnlySpan<byte> text, ReadOnlySpan<byte> own, out SamplingTraceState state)
    {
        state = default;
        ReadOnlySpan<byte> thresholdText = default;
        ReadOnlySpan<byte> randomnessText = default;
        var threshold = default(RejectionThreshold);
        var randomness = 0UL;
        for (var rest = own; ;)
        {
            var isLast = rest.IndexOf((byte)';') < 0;
            var field = Next(ref rest, (byte)';');
            var colon = field.IndexOf((byte)':');
            if (colon < 1
                || !char.IsAsciiLetterLower((char)field[0])
                || field[..colon].IndexOfAnyExcept(FieldKeyBytes) >= 0
                || field[(colon + 1)..].IndexOfAnyExcept(FieldValueBytes) >= 0)
            {
                return false;
            }

            var value = field[(colon + 1)..];
            if (field.StartsWith("th:"u8))
            {
                if (!RejectionThreshold.TryParse(value, out threshold))
                {
                    return false;
                }

                thresholdText = value;
            }
            else if (field.StartsWith("rv:"u8))
            {
                if (!SamplingRandomness.TryParse(value, out randomness))
                {
                    return false;
                }

                randomnessText = value;
            }

            if (isLast)
            {
                state = new SamplingTraceState(text, own)
                {
                    ThresholdText = thresholdText,
                    Threshold = threshold,
                    RandomnessText = randomnessText,
                    Randomness = randomness,
                };
                return true;
            }
        }
    }

    /// <summary>Takes the part before the next separator off, and the separator with it.</summary>
    private static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> rest, byte separator)
    {
        var end = rest.IndexOf(separator);
        var part = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return part;
    }

    private static bool IsKey(ReadOnlySpan<byte> key)
    {
        if (key.Length > MaxKeyLength)
        {
            return false;
        }

        var at = key.IndexOf((byte)'@');
        if (at < 0)
        {
            return char.IsAsciiLetterLower((char)key[0]) && key.IndexOfAnyExcept(KeyBytes) < 0;
        }

        var tenant = key[..at];
        var system = key[(at + 1)..];
        return tenant.Length is > 0 and <= MaxTenantLength
            && system.Length is > 0 and <= MaxSystemLength
            && (char.IsAsciiLetterLower((char)tenant[0]) || char.IsAsciiDigit((char)tenant[0]))
            && char.IsAsciiLetterLower((char)system[0])
            && tenant.IndexOfAnyExcept(KeyBytes) < 0
            && system.IndexOfAnyExcept(KeyBytes) < 0;
    }

    /// <summary>Printable ASCII without comma and equals sign, not ending in a blank, which trimming has seen to.</summary>
    private static bool IsValue(ReadOnlySpan<byte> value) =>
        value.Length is > 0 and <= MaxValueLength
        && value.IndexOfAnyExceptInRange((byte)' ', LastPrintable) < 0
        && !value.Contains((byte)'=');
}
