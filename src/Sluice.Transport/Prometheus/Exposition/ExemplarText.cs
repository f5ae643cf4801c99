namespace Sluice.Transport.Prometheus.Exposition;

/// <summary>
/// One exemplar as it stands behind a sample in OpenMetrics: <c> # {trace_id="…"} 0.5 1700000000.000</c>. Written again and again into
/// the same memory, since samples get new ones all the time.
/// </summary>
public struct ExemplarText
{
    private const int NumberSpace = 64;

    private byte[]? _bytes;
    private int _length;
    private int _labelsLength;

    /// <summary>The text; empty when there is none.</summary>
    public readonly ReadOnlySpan<byte> Text => _bytes is null ? [] : _bytes.AsSpan(0, _length);

    /// <summary>Its labels, as <see cref="LabelText"/> encodes them.</summary>
    public readonly ReadOnlySpan<byte> Labels => Text.Length == 0 ? [] : _bytes.AsSpan(Start.Length, _labelsLength);

    /// <summary>The measurement.</summary>
    public double Value { get; private set; }

    /// <summary>When it was made, in milliseconds since 1970; 0 when that is not known.</summary>
    public long TimeUnixMs { get; private set; }

    private static ReadOnlySpan<byte> Start => " # {"u8;

    /// <summary>Takes another exemplar.</summary>
    /// <param name="traceId">Sixteen bytes, or none.</param>
    /// <param name="spanId">Eight bytes, or none.</param>
    /// <param name="value">The measurement.</param>
    /// <param name="timeUnixMs">When it was made, in milliseconds since 1970; 0 when that is not known.</param>
    public void Set(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId, double value, long timeUnixMs)
    {
        var needed = 40 + (2 * (traceId.Length + spanId.Length)) + NumberSpace;
        if (_bytes is null || _bytes.Length < needed)
        {
            _bytes = new byte[needed];
        }

        var space = _bytes.AsSpan();
        var at = Append(space, 0, Start);
        if (!traceId.IsEmpty)
        {
            at = AppendId(space, at, "trace_id=\""u8, traceId);
        }

        if (!spanId.IsEmpty)
        {
            at = traceId.IsEmpty ? at : Append(space, at, ","u8);
            at = AppendId(space, at, "span_id=\""u8, spanId);
        }

        _labelsLength = at - Start.Length;
        at = Append(space, at, "} "u8);
        at += ExpositionWriter.FormatNumber(value, space[at..]);
        if (timeUnixMs > 0)
        {
            space[at++] = (byte)' ';
            at += ExpositionWriter.FormatSeconds(timeUnixMs, space[at..]);
        }

        (_length, Value, TimeUnixMs) = (at, value, timeUnixMs);
    }

    /// <summary>Takes the text of another one.</summary>
    /// <param name="text">Its <see cref="Text"/>.</param>
    /// <param name="labelsLength">The length of its <see cref="Labels"/>.</param>
    /// <param name="value">The measurement.</param>
    /// <param name="timeUnixMs">When it was made, in milliseconds since 1970; 0 when that is not known.</param>
    public void Set(ReadOnlySpan<byte> text, int labelsLength, double value, long timeUnixMs)
    {
        if (_bytes is null || _bytes.Length < text.Length)
        {
            _bytes = new byte[text.Length];
        }

        text.CopyTo(_bytes);
        (_length, _labelsLength, Value, TimeUnixMs) = (text.Length, labelsLength, value, timeUnixMs);
    }

    /// <summary>Forgets it, and keeps the memory.</summary>
    public void Clear() => _length = 0;

    private static int AppendId(Span<byte> space, int at, ReadOnlySpan<byte> label, ReadOnlySpan<byte> id)
    {
        at = Append(space, at, label);
        Convert.TryToHexStringLower(id, space[at..], out var written);
        return Append(space, at + written, "\""u8);
    }

    private static int Append(Span<byte> space, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(space[at..]);
        return at + text.Length;
    }
}
