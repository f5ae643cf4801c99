namespace Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;

/// <summary>A text in a line.</summary>
/// <param name="Start">Offset of its first byte.</param>
/// <param name="Length">Its length in bytes; 0 when there is none.</param>
internal readonly record struct LineRange(int Start, int Length)
{
    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> line) => line.Slice(Start, Length);
}
