using Sluice.Buffers;

namespace Sluice.Components.Exporters.PrometheusExporter.Labels;

/// <summary>What a value of a label is made of: a text that is always the same, or the value of an attribute.</summary>
/// <param name="Text">The text, escaped; null for an attribute.</param>
/// <param name="Attribute">The attribute's index among those of the data point.</param>
internal readonly record struct LabelPart(byte[]? Text, int Attribute)
{
    /// <summary>Appends a value of a label, behind its length: its parts, joined with semicolons.</summary>
    public static void Append(LabelPart[] parts, PointAttributes attributes, ByteScratch values)
    {
        if (parts.Length == 1)
        {
            LabelValues.Append(values, parts[0].Of(attributes));
            return;
        }

        var length = parts.Length - 1;
        foreach (var part in parts)
        {
            length += part.Of(attributes).Length;
        }

        values.AppendVarint((uint)length);
        for (var i = 0; i < parts.Length; i++)
        {
            values.Append(i == 0 ? default : ";"u8);
            values.Append(parts[i].Of(attributes));
        }
    }

    private ReadOnlySpan<byte> Of(PointAttributes attributes) => Text ?? attributes.ValueOf(Attribute);
}
