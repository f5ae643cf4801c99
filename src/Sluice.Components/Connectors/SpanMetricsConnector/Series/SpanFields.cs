using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>What is counted of a span, found in one pass over its bytes.</summary>
internal readonly ref struct SpanFields
{
    private const uint EndTimeTag = (OtlpFields.Span.EndTimeUnixNano << 3) | (uint)WireType.Fixed64;

    /// <summary>Reads a span.</summary>
    /// <param name="span">The encoded <c>Span</c>.</param>
    /// <param name="dimensions">The attributes that are looked for.</param>
    /// <param name="found">Gets where they are.</param>
    public SpanFields(ReadOnlySpan<byte> span, Dimension[] dimensions, Span<FoundValue> found)
    {
        found.Clear();
        var missing = dimensions.Length;
        var position = 0;
        while (position >= 0 && position < span.Length && Wire.TryReadTag(span, ref position, span.Length, out var tag))
        {
            if ((tag & 7) != (uint)WireType.LengthDelimited)
            {
                if (tag == EndTimeTag && Wire.TryReadFixed64(span, ref position, span.Length, out var end))
                {
                    EndUnixNano = end;
                }
                else
                {
                    position = Wire.Skip(span, position, span.Length, tag);
                }

                continue;
            }

            if (!Wire.TryReadLength(span, ref position, span.Length, out var length))
            {
                return;
            }

            var value = span.Slice(position, length);
            position += length;
            switch (tag >> 3)
            {
                case OtlpFields.Span.Attributes when missing > 0:
                    missing -= Find(value, position, dimensions, found);
                    break;
                case OtlpFields.Span.Name:
                    Name = value;
                    break;
                case OtlpFields.Span.TraceState:
                    TraceState = value;
                    break;
                case OtlpFields.Span.Events:
                    HasEvents = true;
                    break;
            }
        }
    }

    /// <summary>Its name, UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Its trace state; empty when absent.</summary>
    public ReadOnlySpan<byte> TraceState { get; }

    /// <summary>When it ended, in nanoseconds since 1970; 0 when absent.</summary>
    public ulong EndUnixNano { get; }

    /// <summary>It has events.</summary>
    public bool HasEvents { get; }

    /// <summary>Notes the value of an attribute that is a dimension; of several of one key the first counts.</summary>
    /// <returns>How many dimensions found their value: more than one where they have the same key and other defaults.</returns>
    private static int Find(ReadOnlySpan<byte> keyValue, int end, Dimension[] dimensions, Span<FoundValue> found)
    {
        var count = 0;
        var attribute = new Telemetry.Attribute(keyValue);
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (attribute.Key.SequenceEqual(dimensions[i].Key) && !found[i].IsFound)
            {
                var value = attribute.EncodedValue;
                found[i] = keyValue.Overlaps(value, out var offset)
                    ? new FoundValue(end - keyValue.Length + offset + value.Length, value.Length)
                    : new FoundValue(end, 0);
                count++;
            }
        }

        return count;
    }
}
