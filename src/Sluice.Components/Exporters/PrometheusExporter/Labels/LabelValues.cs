using Sluice.Buffers;

namespace Sluice.Components.Exporters.PrometheusExporter.Labels;

/// <summary>The values of labels that a series has of its own, in the order of their names, escaped as the text formats want them, each behind its length.</summary>
internal static class LabelValues
{
    private const int OneByte = 0x80;

    /// <summary>Appends a value.</summary>
    public static void Append(ByteScratch values, ReadOnlySpan<byte> value)
    {
        if (value.Length >= OneByte)
        {
            values.AppendVarint((uint)value.Length);
            values.Append(value);
            return;
        }

        var space = values.Reserve(1 + value.Length);
        space[0] = (byte)value.Length;
        value.CopyTo(space[1..]);
        values.Advance(1 + value.Length);
    }

    /// <summary>The value at a position, which moves behind it.</summary>
    public static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> values, ref int position)
    {
        int length = values[position++];
        if (length >= OneByte)
        {
            length &= OneByte - 1;
            for (var shift = 7; ; shift += 7)
            {
                var next = values[position++];
                length |= (next & (OneByte - 1)) << shift;
                if (next < OneByte)
                {
                    break;
                }
            }
        }

        var value = values.Slice(position, length);
        position += length;
        return value;
    }
}
